import { isJsonObject, type Json } from '../../../../../contracts/json.ts';
import { Field, Select } from '../../../ui/field.tsx';
import { useEditorStore } from '../editor-store.ts';
import { portOf, withNodeChanged, withoutEdges } from '../model/changes.ts';
import { keyOfEdge } from '../model/changes.ts';
import { type DraftNode, onErrorOf } from '../model/draft.ts';
import { BREAKER_HINTS, RETRY_HINTS } from '../model/form-hints.ts';
import { fieldsOfSchema } from '../model/form-model.ts';
import { hasEffect, hasRetry } from '../model/kinds.ts';
import { messagesAt } from '../model/problems.ts';
import { DurationControl } from './duration-control.tsx';
import { useForm } from './form-context.ts';
import { FormFields } from './form-fields.tsx';
import { BREAKER_SCHEMA, RETRY_SCHEMA } from './reliability-schemas.ts';
import { Section } from './section.tsx';

const WAYS = {
  fail: 'The run fails',
  continue: 'Go on; its output is null',
  route: 'Go on at a port of its own, error',
} as const;

/** What happens when a node fails: tried again, spared, and where the run goes on. */
export function FailureForm({ node }: { node: DraftNode }) {
  const store = useEditorStore();
  const { problems } = useForm();
  const onError = onErrorOf(node);
  const change = (field: string, value: Json | undefined) =>
    store
      .getState()
      .changeGraph((graph) => withNodeChanged(graph, node.id, { [field]: value }), `${node.id}.${field}`);
  const chooseOnError = (way: string) =>
    store.getState().changeGraph((graph) => {
      const changed = withNodeChanged(graph, node.id, { onError: way === 'fail' ? undefined : way });
      if (way === 'route') return changed;
      // The port is gone, and with it the edges that left there.
      const gone = graph.edges
        .filter((edge) => edge.from === node.id && portOf(edge) === 'error')
        .map(keyOfEdge);
      return withoutEdges(changed, new Set(gone));
    });
  const wrong = ['onError', 'timeout', 'retry', 'circuitBreaker'].some(
    (field) => messagesAt(problems, [field]) !== undefined,
  );
  return (
    <Section key={node.id} title="When it fails" note={noteOf(node)} open={wrong}>
      <Field label="Failed for good" error={messagesAt(problems, ['onError'])}>
        {(control) => (
          <Select {...control} value={onError} onChange={(event) => chooseOnError(event.target.value)}>
            {Object.entries(WAYS).map(([way, words]) => (
              <option key={way} value={way}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {hasEffect(node.type) && (
        <Field
          label="Time limit"
          optional
          hint={hasRetry(node.type) ? 'Of one attempt.' : 'Of all of it.'}
          error={messagesAt(problems, ['timeout'])}
        >
          {(control) => (
            <DurationControl
              {...{ control }}
              label="Time limit"
              value={node.timeout ?? ''}
              onChange={(text) => change('timeout', text === '' ? undefined : text)}
            />
          )}
        </Field>
      )}
      {hasRetry(node.type) && (
        <>
          <Optional
            label="Set the attempts"
            hint="Otherwise three attempts: after a second, then twice as long each time."
            value={node.retry}
            first={{ maximumAttempts: 3 }}
            onChange={(value) => change('retry', value)}
            schema={RETRY_SCHEMA}
            hints={RETRY_HINTS}
            path="retry"
          />
          <Optional
            label="Spare a target that is down"
            hint="A circuit breaker: after so many failures in a row, of all runs together, it fails at once, until one trial goes well."
            value={node.circuitBreaker}
            first={{ failureThreshold: 5, recoveryTime: '60 seconds' }}
            onChange={(value) => change('circuitBreaker', value)}
            schema={BREAKER_SCHEMA}
            hints={BREAKER_HINTS}
            path="circuitBreaker"
          />
        </>
      )}
    </Section>
  );
}

interface OptionalProps {
  label: string;
  hint: string;
  value: Record<string, Json> | undefined;
  first: Record<string, Json>;
  onChange: (value: Record<string, Json> | undefined) => void;
  schema: Parameters<typeof fieldsOfSchema>[0];
  hints: Parameters<typeof fieldsOfSchema>[1];
  path: string;
}

function Optional({ label, hint, value, first, onChange, schema, hints, path }: OptionalProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={value !== undefined}
          onChange={(event) => onChange(event.target.checked ? first : undefined)}
        />
        <span>
          <span className="text-sm font-medium">{label}</span>
          <span className="block text-sm text-ink-2">{hint}</span>
        </span>
      </label>
      {value !== undefined && (
        <div className="ml-2 grid grid-cols-1 gap-4 border-l border-line pl-4">
          <FormFields
            fields={fieldsOfSchema(schema, hints)}
            value={value}
            path={[path]}
            onChange={(changed) => onChange(changed)}
          />
        </div>
      )}
    </fieldset>
  );
}

function noteOf(node: DraftNode): string {
  const attempts = isJsonObject(node.retry) ? node.retry['maximumAttempts'] : undefined;
  const parts = [
    { fail: 'the run fails', continue: 'go on', route: 'port error' }[onErrorOf(node)],
    ...(typeof attempts === 'number' ? [`${attempts} attempts`] : []),
    ...(node.timeout === undefined ? [] : [`at most ${node.timeout}`]),
    ...(node.circuitBreaker === undefined ? [] : ['breaker']),
  ];
  return parts.join(' · ');
}
