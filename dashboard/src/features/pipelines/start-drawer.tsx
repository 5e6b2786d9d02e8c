import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { type SyntheticEvent, useId, useMemo, useRef, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import type { Json, JsonObject } from '../../../../contracts/json.ts';
import type { Pipeline, PipelineVersion } from '../../../../contracts/pipeline.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { uniqueKey } from '../../lib/unique.ts';
import { without } from '../../lib/without.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { FieldError } from '../../ui/field.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { InputControl } from './input-control.tsx';
import { type Drafts, fieldsOf, fileNameField, initialDrafts, WHOLE_INPUT } from './input-fields.ts';
import { errorsByField, type FieldErrors, inputOf } from './input-values.ts';
import { earlierInputQuery, pipelineQuery, useStartRun, versionQuery } from './queries.ts';

/** Asks for a run's input, as the published version's schema describes it, and starts the run. */
export function StartDrawer() {
  const { pipelineId = '' } = useParams();
  const [search] = useSearchParams();
  const from = search.get('from');
  const api = useApi();
  const navigate = useNavigate();
  const form = useId();
  const pipeline = useQuery(pipelineQuery(api, pipelineId));
  const published = pipeline.data?.publishedVersion;
  const version = useQuery({
    ...versionQuery(api, pipelineId, published ?? 0),
    enabled: published !== undefined,
  });
  const earlier = useQuery(earlierInputQuery(api, from));
  const start = useStartRun(pipelineId);
  const error = pipeline.error ?? version.error ?? (from === null ? null : earlier.error);
  const ready = version.data !== undefined && (from === null || earlier.data !== undefined);
  return (
    <Drawer
      wide
      title={pipeline.data === undefined ? 'Start run' : `Start ${pipeline.data.name}`}
      subtitle={
        published === undefined ? undefined : (
          <p className="text-sm text-ink-2">
            Version {published}
            {from !== null && ', with the input of an earlier run'}
          </p>
        )
      }
      onClose={() => void navigate(pathOf.pipeline(pipelineId))}
      footer={
        <div className="flex items-center justify-end gap-2">
          <Button onClick={() => void navigate(pathOf.pipeline(pipelineId))}>Not now</Button>
          <Button type="submit" form={form} variant="primary" disabled={!ready || start.isPending}>
            <Play aria-hidden /> {start.isPending ? 'Starting …' : 'Start run'}
          </Button>
        </div>
      }
    >
      {error !== null ? (
        <ErrorState error={error} />
      ) : ready && pipeline.data !== undefined ? (
        <StartForm
          key={from ?? ''}
          id={form}
          pipeline={pipeline.data}
          version={version.data}
          earlier={earlier.data}
          start={start}
        />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Drawer>
  );
}

interface StartFormProps {
  id: string;
  pipeline: Pipeline;
  version: PipelineVersion;
  earlier: Record<string, Json> | undefined;
  start: ReturnType<typeof useStartRun>;
}

function StartForm({ id, pipeline, version, earlier, start }: StartFormProps) {
  const schema = version.definition.inputSchema;
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [drafts, setDrafts] = useState<Drafts>(() => initialDrafts(fields, earlier));
  const [refused, setRefused] = useState<FieldErrors>({});
  const navigate = useNavigate();
  const keyOf = useSubmissionKey();
  const formRef = useRef<HTMLFormElement>(null);
  const change = (name: string, draft: Drafts[string]) => {
    setDrafts((held) => ({ ...held, [name]: draft }));
    setRefused((held) => without(held, name));
  };
  const refuse = (errors: FieldErrors) => {
    setRefused(errors);
    // After the next paint the controls carry their errors: the first one gets the focus.
    requestAnimationFrame(() =>
      formRef.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const result = inputOf(fields, drafts, schema);
    if (!result.ok) {
      refuse(result.errors);
      return;
    }
    start.mutate(
      { input: result.input, idempotencyKey: keyOf(result.input) },
      {
        onSuccess: (run) => void navigate(pathOf.run(run.id)),
        onError: (error) => {
          if (error instanceof ApiFailure && error.status === 422)
            refuse(errorsByField(fields, error.problem.errors));
        },
      },
    );
  };
  const general = fields.some((field) => field.name === WHOLE_INPUT) ? undefined : refused[WHOLE_INPUT];
  const failure =
    start.error !== null && !(start.error instanceof ApiFailure && start.error.status === 422)
      ? start.error
      : null;
  return (
    <form ref={formRef} id={id} onSubmit={submit} noValidate className="flex flex-col gap-5">
      {pipeline.description !== '' && <p className="text-ink-2">{pipeline.description}</p>}
      {failure !== null && <ErrorState error={failure} />}
      {general !== undefined && <FieldError>{general}</FieldError>}
      {fields.map((field) => (
        <InputControl
          key={field.name}
          field={field}
          draft={drafts[field.name] ?? ''}
          error={refused[field.name]}
          onChange={(draft) => change(field.name, draft)}
          onFile={(fileName) => {
            const named = fileNameField(fields, field);
            if (named !== undefined) change(named.name, fileName);
          }}
        />
      ))}
    </form>
  );
}

/** The same key for the same input, so that trying again after a lost answer starts no second run. */
function useSubmissionKey(): (input: JsonObject) => string {
  const held = useRef({ input: '', key: '' });
  return (input) => {
    const text = JSON.stringify(input);
    if (held.current.input !== text) held.current = { input: text, key: uniqueKey() };
    return held.current.key;
  };
}
