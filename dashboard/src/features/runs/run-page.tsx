import { useQuery } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { Outlet, useLocation, useNavigate, useParams, useSearchParams } from 'react-router';

import type { Run, RunNode } from '../../../../contracts/run.ts';
import { breakerMarks, useBreakers } from '../../lib/breakers.ts';
import { shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Graph } from '../../ui/graph/graph.tsx';
import { modelOf } from '../../ui/graph/graph-model.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorState, Skeleton, SkeletonRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { FailureBanner } from './failure-banner.tsx';
import { nodeKey } from './live.ts';
import { configQuery, runQuery } from './queries.ts';
import { reportOf } from './report.ts';
import { ResultPanel } from './result-panel.tsx';
import { runGraphOf } from './run-graph.ts';
import { RunHeader } from './run-header.tsx';
import { Timeline } from './timeline-view.tsx';
import { useLiveRun } from './use-live-run.ts';

const NodeDrawer = lazy(() => import('./node-drawer.tsx'));

interface RunPageProps {
  /** What the run asks people, above its graph. */
  approvals: (run: Run) => ReactNode;
  /** What one node of it asks people. */
  approval: (run: Run, node: RunNode) => ReactNode;
}

/** One run, live: its graph, when what ran, what it gave; a node's drawer has an address of its own. */
export function RunPage({ approvals, approval }: RunPageProps) {
  const { runId = '' } = useParams();
  const api = useApi();
  const { data: run, error, refetch } = useQuery(runQuery(api, runId));
  const { data: config } = useQuery(configQuery(api));
  useLiveRun(run);
  const crumbs = [
    { label: 'Runs', to: pathOf.runs },
    { label: run === undefined ? 'Run' : `${run.pipelineName} ${shortId(runId)}` },
  ] as const;
  return (
    <Page crumbs={crumbs} wide>
      {run !== undefined ? (
        <>
          <RunHeader run={run} config={config} />
          {approvals(run)}
          <RunViews run={run} approval={approval} />
          <Outlet />
        </>
      ) : error !== null ? (
        <ErrorState
          error={error}
          onRetry={() => void refetch()}
          action={<ButtonLink to={pathOf.runs}>All runs</ButtonLink>}
        />
      ) : (
        <RunSkeleton />
      )}
    </Page>
  );
}

function RunViews({ run, approval }: { run: Run; approval: RunPageProps['approval'] }) {
  const { path } = useParams();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const { search: query } = useLocation();
  const model = useMemo(() => modelOf(run.definition, null, run.pipelines), [run.definition, run.pipelines]);
  const graph = useMemo(() => runGraphOf(run), [run]);
  const breakers = useBreakers(run.pipelineId, run.definition);
  const marks = useMemo(() => breakerMarks(breakers), [breakers]);
  const iteration = search.get('iteration') ?? '0';
  const selected = path === undefined ? null : nodeKey(path, iteration);
  const tab = search.get('tab') ?? 'timeline';
  const open = (id: string) => setSearch((held) => withTab(held, id), { replace: true });
  const report = run.status === 'completed' ? reportOf(run.output) : undefined;
  return (
    <>
      <FailureBanner run={run} model={model} />
      <Panel className="h-[440px] sm:h-[340px]">
        <Graph
          model={model}
          looks={graph.looks}
          taken={graph.taken}
          marks={marks}
          label="Graph of this run"
          selected={path ?? null}
          onSelect={(chosen) => void navigate(pathOf.runNode(run.id, chosen, firstIteration(run, chosen)))}
        />
      </Panel>
      <div className="mt-4">
        <Tabs
          label="Views of this run"
          open={tab}
          onOpen={open}
          actions={
            report !== undefined && tab !== 'result' ? (
              <Button variant="primary" onClick={() => open('result')}>
                <FileText aria-hidden /> Open report
              </Button>
            ) : undefined
          }
          tabs={[
            {
              id: 'timeline',
              label: 'Timeline',
              content: <Timeline run={run} model={model} selected={selected} />,
            },
            { id: 'result', label: 'Result', content: <ResultPanel run={run} /> },
            { id: 'input', label: 'Input', content: <ValueView label="Input" value={run.input} /> },
          ]}
        />
      </div>
      {path !== undefined && (
        <Suspense fallback={null}>
          <NodeDrawer
            run={run}
            model={model}
            path={path}
            iteration={iteration}
            approval={approval}
            breaker={breakers.get(path)}
            onClose={() => void navigate(`${pathOf.run(run.id)}${withoutIteration(query)}`)}
          />
        </Suspense>
      )}
    </>
  );
}

function withTab(search: URLSearchParams, tab: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (tab === 'timeline') next.delete('tab');
  else next.set('tab', tab);
  return next;
}

function withoutIteration(query: string): string {
  const next = new URLSearchParams(query);
  next.delete('iteration');
  return next.size === 0 ? '' : `?${next.toString()}`;
}

/** A node inside a map has one row an item: the graph leads to the first that needs a look, else to the first. */
function firstIteration(run: Run, path: string): string {
  const rows = run.nodes.filter((node) => node.path === path);
  return (
    (
      rows.find((row) => row.status === 'failed') ??
      rows.find((row) => row.status === 'waiting') ??
      rows.find((row) => row.status === 'running') ??
      rows[0]
    )?.iteration ?? '0'
  );
}

function RunSkeleton() {
  return (
    <div role="status" aria-label="Loading the run">
      <Skeleton className="h-7 w-64" />
      <Skeleton className="mt-3 h-5 w-96 max-w-full" />
      <Skeleton className="mt-5 h-[340px] rounded-panel" />
      <div className="mt-6">
        <SkeletonRows rows={5} />
      </div>
    </div>
  );
}
