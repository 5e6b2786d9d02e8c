import { useQuery } from '@tanstack/react-query';
import { GitFork } from 'lucide-react';
import { type SyntheticEvent, useId, useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { toast } from 'sonner';

import type { JsonObject } from '../../../../contracts/json.ts';
import type { Run } from '../../../../contracts/run.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { counted, shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { versionQuery } from '../../lib/pipeline-versions.ts';
import { useApi } from '../../lib/services.tsx';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { FieldError } from '../../ui/field.tsx';
import { modelOf } from '../../ui/graph/graph-model.ts';
import { InputFormFields } from '../../ui/schema-form/input-form-fields.tsx';
import { useInputForm } from '../../ui/schema-form/use-input-form.ts';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { ForkOutputs } from './fork-outputs.tsx';
import { ForkOverview } from './fork-overview.tsx';
import { type ForkPlan, forkPlanOf } from './fork-plan.ts';
import { ForkVersion } from './fork-version.tsx';
import { runQuery, useForkRun } from './queries.ts';
import { useOverrides } from './use-overrides.ts';

/** Begins a new run at a node of this one: what came before is taken over, and may be changed. */
export function ForkDrawer() {
  const { runId = '', fromNode = '' } = useParams();
  const api = useApi();
  const navigate = useNavigate();
  const form = useId();
  const { data: run, error } = useQuery(runQuery(api, runId));
  const fork = useForkRun(runId);
  const close = () => void navigate(pathOf.run(runId));
  const plan = useMemo(() => (run === undefined ? undefined : forkPlanOf(run, fromNode)), [run, fromNode]);
  const label = run?.definition.nodes.find(({ id }) => id === fromNode)?.name ?? fromNode;
  const waits = plan === undefined || plan.unfinished.length > 0;
  return (
    <Drawer
      wide
      title={`Fork from “${label}”`}
      subtitle={
        <p className="text-sm text-ink-2">
          A new run that goes on from here. Run <span className="mono">{shortId(runId)}</span> stays as it is.
        </p>
      }
      onClose={close}
      footer={
        <div className="flex items-center justify-end gap-2">
          <Button onClick={close}>Not now</Button>
          <Button type="submit" form={form} variant="primary" disabled={waits || fork.isPending}>
            <GitFork aria-hidden /> {fork.isPending ? 'Forking …' : 'Fork run'}
          </Button>
        </div>
      }
    >
      {run === undefined || plan === undefined ? (
        error === null ? (
          <SkeletonRows rows={5} />
        ) : (
          <ErrorState error={error} />
        )
      ) : (
        <ForkForm
          key={`${runId}/${fromNode}`}
          id={form}
          run={run}
          fromNode={fromNode}
          plan={plan}
          fork={fork}
        />
      )}
    </Drawer>
  );
}

interface ForkFormProps {
  id: string;
  run: Run;
  fromNode: string;
  plan: ForkPlan;
  fork: ReturnType<typeof useForkRun>;
}

function ForkForm({ id, run, fromNode, plan, fork }: ForkFormProps) {
  const api = useApi();
  const navigate = useNavigate();
  const keyOf = useSubmissionKey();
  const [version, setVersion] = useState<number>();
  const [changesInput, setChangesInput] = useState(false);
  const other = useQuery({
    ...versionQuery(api, run.pipelineId, version ?? 0),
    enabled: version !== undefined,
  });
  const schema = version === undefined ? run.definition.inputSchema : other.data?.definition.inputSchema;
  const input = useInputForm(schema, { earlier: run.input });
  const overrides = useOverrides(run, plan.replaceable);
  const model = useMemo(() => modelOf(run.definition), [run.definition]);
  const labelOf = (node: string) => model.nodes.find((drawn) => drawn.id === node)?.label ?? node;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const given = changesInput ? input.read() : undefined;
    const outputs = overrides.read();
    if (given === null || outputs === null) return;
    const body: JsonObject = {
      fromNode,
      ...(given !== undefined && { input: given }),
      ...(Object.keys(outputs).length > 0 && { overrides: outputs }),
      ...(version !== undefined && { version }),
    };
    fork.mutate(
      { body, idempotencyKey: keyOf(body) },
      {
        onSuccess: (started) => {
          toast.success(`Forked: ${counted(plan.takenOver.length, 'node')} taken over.`);
          void navigate(pathOf.run(started.id));
        },
        onError: (error) => {
          if (!(error instanceof ApiFailure) || error.status !== 422) return;
          overrides.refuse(error.problem.errors);
          if (changesInput) input.refuse(error.problem.errors.filter(({ path }) => /^\/?input/.test(path)));
        },
      },
    );
  };
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-6">
      <ForkOverview plan={plan} labelOf={labelOf} />
      {fork.error !== null && <ErrorState error={fork.error} />}
      {fork.error instanceof ApiFailure &&
        fork.error.problem.errors.map(({ path, message }) => (
          <FieldError key={`${path} ${message}`}>{path === '' ? message : `${path}: ${message}`}</FieldError>
        ))}
      <ForkOutputs nodes={plan.replaceable} overrides={overrides} labelOf={labelOf} />
      <section>
        <label className="flex items-start gap-2.5">
          <input
            type="checkbox"
            checked={changesInput}
            onChange={(event) => setChangesInput(event.target.checked)}
            className="mt-0.5 size-4 accent-accent"
          />
          <span>
            <span className="text-sm font-medium">Change the input</span>
            <span className="block text-sm text-ink-2">
              Nodes that are taken over keep what they made of the old one.
            </span>
          </span>
        </label>
        {changesInput && (
          <div className="mt-4">
            <InputFormFields form={input} />
          </div>
        )}
      </section>
      <ForkVersion run={run} version={version} onVersion={setVersion} />
    </form>
  );
}
