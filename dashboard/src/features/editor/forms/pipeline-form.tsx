import type { JsonObject } from '../../../../../contracts/json.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, FieldError, Input, TextArea } from '../../../ui/field.tsx';
import { CodeField } from '../code/code-field.tsx';
import { draftIn, useEditor, useEditorStore } from '../editor-store.ts';
import type { Draft } from '../model/draft.ts';
import { readJsonText, writeJsonText } from '../model/json-text.ts';
import { messagesAt, type PlacedProblem } from '../model/problems.ts';
import { DurationControl } from './duration-control.tsx';
import { FormProvider } from './form-context.ts';
import { SchemaField } from './schema-field.tsx';
import { Section } from './section.tsx';
import { useSampleOrigin } from './use-sample.ts';

/** What the pipeline says of itself: shown while no node is chosen. */
export function PipelineForm({ problems }: { problems: readonly PlacedProblem[] }) {
  const store = useEditorStore();
  const draft = useEditor(draftIn);
  const own = problems.filter(({ nodeId, edgeKey }) => nodeId === null && edgeKey === null);
  const set = (change: Partial<Draft>) =>
    store
      .getState()
      .change((present) => ({ ...present, ...change }), `pipeline.${Object.keys(change).join()}`);
  const setSchema = (schema: JsonObject | undefined) =>
    store
      .getState()
      .change(
        ({ inputSchema: _, ...rest }) => ({ ...rest, ...(schema !== undefined && { inputSchema: schema }) }),
        'pipeline.inputSchema',
      );
  // Its own fields stand in no node: the form needs only their problems.
  const form = {
    node: NO_NODE,
    level: [],
    bindings: undefined,
    origin: '',
    names: NO_NAMES,
    secrets: null,
    problems: own,
  };
  return (
    <FormProvider value={form}>
      <header className="px-4 py-3">
        <h2 className="text-sm font-semibold">Pipeline</h2>
      </header>
      <div className="flex flex-col gap-4 px-4 pb-5">
        <Field label="Name" error={draft.name === '' ? undefined : messagesAt(own, ['name'])}>
          {(control) => (
            <Input
              {...control}
              value={draft.name}
              placeholder="weekly-report"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Description" optional error={messagesAt(own, ['description'])}>
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              value={draft.description}
              onChange={(event) => set({ description: event.target.value })}
            />
          )}
        </Field>
        <Field label="A run may take at most" error={messagesAt(own, ['timeout'])}>
          {(control) => (
            <DurationControl
              {...{ control }}
              label="the limit"
              value={draft.timeout}
              onChange={(timeout) => set({ timeout: timeout === '' ? '1 hour' : timeout })}
            />
          )}
        </Field>
        <SchemaField
          label="Input"
          hint="The fields that a run is started with. Expressions read them as input.<name>."
          path={['inputSchema']}
          value={draft.inputSchema}
          onChange={setSchema}
        />
        {own
          .filter(({ field }) => field.length === 0 || !KNOWN.has(String(field[0])))
          .map(({ message }) => (
            <FieldError key={message}>{message}</FieldError>
          ))}
      </div>
      <SampleInput />
    </FormProvider>
  );
}

const NO_NODE = { id: '', type: '', config: {} };
const NO_NAMES: ReadonlyMap<string, string> = new Map();
/** Shown at its own place, or on the canvas. */
const KNOWN = new Set(['name', 'description', 'timeout', 'inputSchema', 'nodes']);

/** What the values below expressions are computed on. */
function SampleInput() {
  const store = useEditorStore();
  const origin = useSampleOrigin();
  const written = useEditor((state) => state.sampleInput);
  const read = readJsonText(written ?? '{}');
  return (
    <Section title="Sample data" note={origin.words}>
      <p className="text-sm text-ink-2">
        The values below expressions are computed on this input. It is kept while the editor is open and is no
        part of the pipeline.
      </p>
      <CodeField
        label="Sample input"
        language="json"
        rows={5}
        value={written ?? writeJsonText(origin.input)}
        onChange={(text) => store.getState().setSampleInput(text)}
        invalid={!read.ok}
      />
      {!read.ok && <FieldError>{read.message}</FieldError>}
      {written !== null && (
        <Button className="self-start" onClick={() => store.getState().setSampleInput(null)}>
          Take the sample that was there
        </Button>
      )}
    </Section>
  );
}
