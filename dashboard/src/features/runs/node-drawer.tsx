import { useQuery } from '@tanstack/react-query';
import { GitFork } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';

import type { BreakerState } from '../../../../contracts/breaker.ts';
import { isJsonObject, type Json } from '../../../../contracts/json.ts';
import { Usage } from '../../../../contracts/model.ts';
import type { Run, RunNode } from '../../../../contracts/run.ts';
import { bytesText, costText } from '../../lib/format.ts';
import { NodeBreaker } from '../../lib/node-breaker.tsx';
import { nodeConfigOf } from '../../lib/node-config.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import type { GraphModel } from '../../ui/graph/graph-model.ts';
import { kindOf } from '../../ui/graph/kinds.ts';
import { Facts } from '../../ui/panel.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { DurationOf, TimeAgo, TimeLeft } from '../../ui/time.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { AgentText } from './agent-text.tsx';
import { hasEnded } from './live.ts';
import { ItemPager, MapItems } from './map-items.tsx';
import { Attempts, NodeFailure } from './node-attempts.tsx';
import { historyQuery, runNodeQuery } from './queries.ts';
import { shownStatus } from './shown-status.ts';

interface NodeDrawerProps {
  run: Run;
  model: GraphModel;
  path: string;
  iteration: string;
  /** The question that a node asks people. */
  approval: (run: Run, node: RunNode) => ReactNode;
  breaker: BreakerState | undefined;
  onClose: () => void;
}

/** Everything about one node of a run. */
export default function NodeDrawer({
  run,
  model,
  path,
  iteration,
  approval,
  breaker,
  onClose,
}: NodeDrawerProps) {
  const api = useApi();
  const row = run.nodes.find((node) => node.path === path && node.iteration === iteration);
  const drawn = model.nodes.find((node) => node.id === path);
  const full = useQuery({ ...runNodeQuery(api, run.id, path, iteration), enabled: row !== undefined });
  const { icon: Icon } = kindOf(drawn?.kind ?? row?.kind ?? '');
  const definition = useMemo(() => nodeConfigOf(run.definition, path, run.pipelines), [run, path]);
  const mayFork = useMay('runs:start') && !path.includes('.') && row !== undefined && hasEnded(row.status);
  return (
    <Drawer
      wide
      onClose={onClose}
      title={
        <span className="flex items-center gap-2">
          <Icon className="size-4 shrink-0 text-ink-2" aria-hidden />
          <span className="truncate">{drawn?.label ?? path}</span>
        </span>
      }
      actions={
        mayFork ? (
          <ButtonLink to={pathOf.forkRun(run.id, path)}>
            <GitFork aria-hidden /> Fork from here
          </ButtonLink>
        ) : undefined
      }
      subtitle={path.includes('.') ? <ItemPager run={run} path={path} iteration={iteration} /> : undefined}
    >
      {row === undefined ? (
        <p className="text-ink-2">This node has not begun, or this run has no such node.</p>
      ) : (
        <div className="flex flex-col gap-5">
          {row.kind === 'human' && approval(run, row)}
          <NodeFacts run={run} row={row} />
          <NodeFailure row={row} />
          <NodeBreaker pipelineId={run.pipelineId} breaker={breaker} />
          <Attempts runId={run.id} row={row} />
          {(row.kind === 'map' || row.kind === 'pipeline') && <MapItems run={run} model={model} map={row} />}
          {row.kind === 'agent' && row.status === 'running' && <AgentText runId={run.id} row={row} />}
          {full.error !== null && full.data === undefined && (
            <ErrorState error={full.error} onRetry={() => void full.refetch()} />
          )}
          <NodeValues row={row} full={full.data} loading={full.isPending} />
          {definition !== undefined && <ValueView label="Definition" value={definition} />}
        </div>
      )}
    </Drawer>
  );
}

/** They try nothing, they wait. */
const WAITING_KINDS: readonly string[] = ['human', 'delay'];

function NodeFacts({ run, row }: { run: Run; row: RunNode }) {
  const until = useUntil(run.id, row);
  const discussion = useDiscussion(run.id, row);
  const source = run.forkedFrom;
  const usage = isJsonObject(row.output) ? Usage.safeParse(row.output['usage']).data : undefined;
  return (
    <Facts
      items={[
        ['Status', <StatusLabel key="status" status={shownStatus(row)} attempts={row.attempts} />],
        until !== undefined && ['Goes on in', <TimeLeft key="until" until={until} />],
        row.takenOver === true &&
          source !== undefined && [
            row.overridden === true ? 'Output' : 'Taken over',
            <Link
              key="source"
              to={pathOf.runNode(source.runId, row.path, row.iteration)}
              className="text-accent underline underline-offset-2"
            >
              {row.overridden === true
                ? 'given at the fork, in place of the recorded one'
                : 'from the run that this one was forked from'}
            </Link>,
          ],
        ['Kind', kindOf(row.kind).word],
        discussion !== undefined && [
          'Conversation',
          <Link
            key="discussion"
            to={pathOf.conversation(discussion)}
            className="text-accent underline underline-offset-2"
          >
            what was said
          </Link>,
        ],
        row.startedAt !== null && ['Started', <TimeAgo key="started" at={row.startedAt} />],
        row.startedAt !== null && [
          'Duration',
          <DurationOf key="duration" from={row.startedAt} to={row.endedAt} />,
        ],
        row.attempts > 0 && !WAITING_KINDS.includes(row.kind) && ['Attempts', row.attempts],
        usage !== undefined && [
          'Tokens',
          <span key="tokens" className="tabular">
            {usage.inputTokens.toLocaleString('en')} in, {usage.outputTokens.toLocaleString('en')} out ·{' '}
            {costText(usage.costUsd)}
          </span>,
        ],
      ]}
    />
  );
}

/** What a circle discusses in. */
function useDiscussion(runId: string, row: RunNode): string | undefined {
  const told = isJsonObject(row.output) ? row.output['conversationId'] : undefined;
  const isAsked = row.kind === 'circle' && told === undefined;
  const { data } = useQuery({ ...historyQuery(useApi(), runId), enabled: isAsked });
  if (row.kind !== 'circle') return undefined;
  if (typeof told === 'string') return told;
  return data?.discussions.findLast(({ path, iteration }) => path === row.path && iteration === row.iteration)
    ?.conversationId;
}

/** The instant that a node waits for. */
function useUntil(runId: string, row: RunNode): string | undefined {
  const sleeps = shownStatus(row) === 'sleeping';
  const { data } = useQuery({ ...historyQuery(useApi(), runId), enabled: sleeps });
  if (!sleeps) return undefined;
  return data?.waits.findLast(({ path, iteration }) => path === row.path && iteration === row.iteration)
    ?.until;
}

function NodeValues({ row, full, loading }: { row: RunNode; full: RunNode | undefined; loading: boolean }) {
  const output: Json | undefined = full?.output ?? row.output;
  const skipped = row.status === 'skipped' || row.status === 'pending';
  if (skipped)
    return (
      <p className="text-ink-2">
        {row.status === 'skipped'
          ? 'No branch led here, so this node did not run.'
          : 'This node has not begun.'}
      </p>
    );
  return (
    <>
      {output !== undefined && <ValueView label="Output" value={output} />}
      {output === undefined && row.outputRef !== undefined && (
        <p className="text-ink-2">The output ({bytesText(row.outputRef.bytes)}) is on its way …</p>
      )}
      {full?.input !== undefined && <ValueView label="Input" value={full.input} />}
      {full === undefined && loading && <Skeleton className="h-24" />}
    </>
  );
}
