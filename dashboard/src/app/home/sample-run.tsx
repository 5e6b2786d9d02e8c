import { useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { useMemo } from 'react';

import type { RunSummary } from '../../../../contracts/run.ts';
import { runQuery } from '../../features/runs/queries.ts';
import { reportOf } from '../../features/runs/report.ts';
import { runGraphOf } from '../../features/runs/run-graph.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Graph } from '../../ui/graph/graph.tsx';
import { modelOf } from '../../ui/graph/graph-model.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { DurationOf, TimeAgo } from '../../ui/time.tsx';

/** The latest completed run at a glance: how it went through its graph, and how its report begins. */
export function SampleRun({ run: summary }: { run: RunSummary }) {
  const api = useApi();
  const { data: run } = useQuery(runQuery(api, summary.id));
  const definition = run?.definition;
  const model = useMemo(() => (definition === undefined ? undefined : modelOf(definition)), [definition]);
  const graph = useMemo(() => (run === undefined ? undefined : runGraphOf(run)), [run]);
  const report = reportOf(run?.output);
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {summary.trigger === 'first-start'
            ? `A finished run: ${summary.pipelineName} on this project’s README`
            : `Latest finished run: ${summary.pipelineName}`}
        </span>
      }
      actions={
        <ButtonLink variant="quiet" to={pathOf.run(summary.id)}>
          Open run <ArrowRight aria-hidden />
        </ButtonLink>
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-3 text-sm text-ink-2">
        <StatusLabel status={summary.status} />
        <TimeAgo at={summary.createdAt} />
        <span>
          in <DurationOf from={summary.startedAt} to={summary.endedAt} />
        </span>
      </div>
      <div className="hidden h-60 sm:block">
        {model === undefined || graph === undefined ? (
          <Skeleton className="m-4 h-52" />
        ) : (
          <Graph model={model} looks={graph.looks} taken={graph.taken} label="Graph of the finished run" />
        )}
      </div>
      {report !== undefined && (
        <div className="border-t border-line px-5 py-4">
          <div className="max-h-52 overflow-hidden mask-[linear-gradient(black_60%,transparent)]" inert>
            <Markdown>{report.text.slice(0, 1500)}</Markdown>
          </div>
          <ButtonLink to={`${pathOf.run(summary.id)}?tab=result`} className="mt-3">
            Read the report
          </ButtonLink>
        </div>
      )}
    </Panel>
  );
}
