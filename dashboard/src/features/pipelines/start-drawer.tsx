import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { type SyntheticEvent, useId } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import type { Json } from '../../../../contracts/json.ts';
import type { Pipeline, PipelineVersion } from '../../../../contracts/pipeline.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { pathOf } from '../../lib/paths.ts';
import { versionQuery } from '../../lib/pipeline-versions.ts';
import { useApi } from '../../lib/services.tsx';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { InputFormFields } from '../../ui/schema-form/input-form-fields.tsx';
import { useInputForm } from '../../ui/schema-form/use-input-form.ts';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { earlierInputQuery, pipelineQuery, useStartRun } from './queries.ts';

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
  const form = useInputForm(version.definition.inputSchema, { earlier });
  const navigate = useNavigate();
  const keyOf = useSubmissionKey();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const input = form.read();
    if (input === null) return;
    start.mutate(
      { input, idempotencyKey: keyOf(input) },
      {
        onSuccess: (run) => void navigate(pathOf.run(run.id)),
        onError: (error) => {
          if (error instanceof ApiFailure && error.status === 422) form.refuse(error.problem.errors);
        },
      },
    );
  };
  const failure =
    start.error !== null && !(start.error instanceof ApiFailure && start.error.status === 422)
      ? start.error
      : null;
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-5">
      {pipeline.description !== '' && <p className="text-ink-2">{pipeline.description}</p>}
      {failure !== null && <ErrorState error={failure} />}
      <InputFormFields form={form} />
    </form>
  );
}
