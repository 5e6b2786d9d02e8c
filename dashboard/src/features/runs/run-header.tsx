import { ExternalLink, GitCompareArrows, Pause, Play, RotateCcw, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';

import type { DashboardConfig } from '../../../../contracts/config.ts';
import { type ForkedFrom as ForkedFromRun, isTerminal, type Run } from '../../../../contracts/run.ts';
import { costText, shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { temporalUrlOf } from '../../lib/temporal-url.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button, ButtonAnchor, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { DurationOf, TimeAgo } from '../../ui/time.tsx';
import { DeleteRun } from './delete-run.tsx';
import { hasEnded } from './live.ts';
import { useCancelRun, usePauseRun } from './queries.ts';
import { RunTags } from './run-tags.tsx';
import { shownRunStatus } from './shown-status.ts';

/** Which run this is, how it stands, and what can be done with it. */
export function RunHeader({ run, config }: { run: Run; config: DashboardConfig | undefined }) {
  const mayStart = useMay('runs:start');
  const navigate = useNavigate();
  const mayCancel = useMay('runs:cancel');
  const mayPause = useMay('runs:pause');
  const temporalUrl = config === undefined ? null : temporalUrlOf(config, run.workflowId);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 pb-4">
      <div className="min-w-0 flex-1 basis-80">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight">
            <Link to={pathOf.pipeline(run.pipelineId)} className="rounded-sm hover:underline">
              {run.pipelineName}
            </Link>
          </h1>
          <span role="status">
            <StatusLabel status={shownRunStatus(run)} />
          </span>
        </div>
        <RunFacts run={run} />
        <RunTags run={run} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {temporalUrl !== null && (
          <ButtonAnchor variant="quiet" href={temporalUrl}>
            Temporal Web UI <ExternalLink aria-hidden />
          </ButtonAnchor>
        )}
        {mayStart && isTerminal(run.status) && (
          <ButtonLink to={pathOf.startRun(run.pipelineId, run.id)}>
            <RotateCcw aria-hidden /> Run again
          </ButtonLink>
        )}
        <ButtonLink
          variant="quiet"
          to={
            run.forkedFrom === undefined
              ? pathOf.compareRuns(run.id)
              : pathOf.compareRuns(run.forkedFrom.runId, run.id)
          }
        >
          <GitCompareArrows aria-hidden /> Compare
        </ButtonLink>
        <DeleteRun run={run} onDeleted={() => void navigate(pathOf.runs)} />
        {mayPause && !isTerminal(run.status) && <PauseRun key={run.status} run={run} />}
        {mayCancel && !isTerminal(run.status) && <CancelRun run={run} />}
      </div>
    </header>
  );
}

function RunFacts({ run }: { run: Run }) {
  const facts: [string, ReactNode][] = [
    ['Run', <CopyId key="id" id={run.id} />],
    ['Version', run.pipelineVersion],
    ['Created', <TimeAgo key="created" at={run.createdAt} />],
    ['Duration', <DurationOf key="duration" from={run.startedAt} to={run.endedAt} />],
    [
      'Cost',
      <span key="cost" className="tabular">
        {costText(run.costUsd)}
      </span>,
    ],
    ...(run.trigger === 'first-start'
      ? [['Started by', 'the first start, as a sample'] satisfies [string, ReactNode]]
      : []),
    ...(run.forkedFrom === undefined
      ? []
      : [
          [
            run.trigger === 'restart' ? 'Restart of' : 'Fork of',
            <ForkedFrom key="fork" run={run} forkedFrom={run.forkedFrom} />,
          ] satisfies [string, ReactNode],
        ]),
  ];
  return (
    <dl className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="flex items-center gap-1.5">
          <dt className="text-ink-2">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ForkedFrom({ run, forkedFrom: { runId, fromNode } }: { run: Run; forkedFrom: ForkedFromRun }) {
  const node = run.definition.nodes.find(({ id }) => id === fromNode);
  return (
    <>
      <Link to={pathOf.run(runId)} className="mono text-accent underline underline-offset-2">
        {shortId(runId)}
      </Link>
      {fromNode !== null && `, from “${node?.name ?? fromNode}”`}
    </>
  );
}

/** Pausing needs no question: nothing is lost by it, and it can be undone. */
function PauseRun({ run }: { run: Run }) {
  const paused = run.status === 'paused';
  const change = usePauseRun(run.id, paused ? 'resume' : 'pause');
  const Icon = paused ? Play : Pause;
  return (
    <Button
      variant={paused ? 'primary' : 'plain'}
      disabled={change.isPending}
      title={paused ? undefined : 'What runs ends; nothing else begins until it is resumed'}
      onClick={() =>
        change.mutate(undefined, {
          onError: toastFailure,
        })
      }
    >
      <Icon aria-hidden /> {paused ? 'Resume' : 'Pause'}
    </Button>
  );
}

function CopyId({ id }: { id: string }) {
  return (
    <span className="inline-flex items-center">
      <span className="mono" title={id}>
        {shortId(id)}
      </span>
      <CopyButton iconOnly label="Copy the run’s id" text={() => id} />
    </span>
  );
}

function CancelRun({ run }: { run: Run }) {
  const cancel = useCancelRun(run.id);
  const ended = run.nodes.filter((node) => hasEnded(node.status)).length;
  return (
    <Confirm
      trigger={
        <Button variant="danger" disabled={cancel.isPending}>
          <Square aria-hidden /> {cancel.isPending ? 'Canceling …' : 'Cancel run'}
        </Button>
      }
      title="Cancel this run?"
      confirm="Cancel run"
      keep="Keep it running"
      onConfirm={() =>
        cancel.mutate(undefined, {
          onError: toastFailure,
        })
      }
    >
      Running nodes are stopped and pending ones skipped. What{' '}
      {ended === 0 ? 'has' : `the ${ended} ended nodes have`} given stays readable. A canceled run cannot go
      on.
    </Confirm>
  );
}
