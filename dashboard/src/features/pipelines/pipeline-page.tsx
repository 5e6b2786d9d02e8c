import { useQuery } from '@tanstack/react-query';
import { ListVideo, Pencil, Play, Waypoints } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { Outlet, useParams, useSearchParams } from 'react-router';

import { isJsonObject, type Json } from '../../../../contracts/json.ts';
import type { Pipeline } from '../../../../contracts/pipeline.ts';
import { breakerMarks, useBreakers } from '../../lib/breakers.ts';
import { counted } from '../../lib/format.ts';
import { NodeBreaker } from '../../lib/node-breaker.tsx';
import { nodeConfigOf } from '../../lib/node-config.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { Graph } from '../../ui/graph/graph.tsx';
import { modelOf } from '../../ui/graph/graph-model.ts';
import { kindOf } from '../../ui/graph/kinds.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader, Panel } from '../../ui/panel.tsx';
import { ErrorState, Skeleton, SkeletonRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { pipelineQuery } from './queries.ts';
import { VersionsView } from './versions-view.tsx';

const YamlView = lazy(() => import('./yaml-view.tsx'));

/** One pipeline: its graph, its definition as YAML, its versions. */
export function PipelinePage() {
  const { pipelineId = '' } = useParams();
  const api = useApi();
  const { data: pipeline, error, refetch } = useQuery(pipelineQuery(api, pipelineId));
  return (
    <Page
      crumbs={[{ label: 'Pipelines', to: pathOf.pipelines }, { label: pipeline?.name ?? 'Pipeline' }]}
      wide
    >
      {pipeline !== undefined ? (
        <PipelineViews pipeline={pipeline} />
      ) : error !== null ? (
        <ErrorState
          error={error}
          onRetry={() => void refetch()}
          action={<ButtonLink to={pathOf.pipelines}>All pipelines</ButtonLink>}
        />
      ) : (
        <div role="status" aria-label="Loading the pipeline">
          <Skeleton className="h-7 w-64" />
          <Skeleton className="mt-6 h-[420px] rounded-panel" />
        </div>
      )}
      <Outlet />
    </Page>
  );
}

function PipelineViews({ pipeline }: { pipeline: Pipeline }) {
  const [search, setSearch] = useSearchParams();
  const mayStart = useMay('runs:start');
  const mayEdit = useMay('pipelines:update');
  const view = search.get('view') ?? 'graph';
  const open = (id: string) => setSearch(id === 'graph' ? {} : { view: id }, { replace: true });
  return (
    <>
      <PageHeader
        title={pipeline.name}
        description={
          <>
            {pipeline.description !== '' && <p>{pipeline.description}</p>}
            <p className="mt-1 text-sm">
              Version {pipeline.publishedVersion} · {counted(pipeline.definition.nodes.length, 'node')} · at
              most {pipeline.definition.timeout} · changed <TimeAgo at={pipeline.updatedAt} />
            </p>
          </>
        }
        actions={
          <>
            <ButtonLink variant="quiet" to={`${pathOf.runs}?pipeline=${pipeline.id}`}>
              <ListVideo aria-hidden /> Runs
            </ButtonLink>
            {mayEdit && (
              <ButtonLink to={pathOf.editPipeline(pipeline.id)}>
                <Pencil aria-hidden /> Edit
              </ButtonLink>
            )}
            {mayStart && (
              <ButtonLink variant="primary" to={pathOf.startRun(pipeline.id)}>
                <Play aria-hidden /> Start run
              </ButtonLink>
            )}
          </>
        }
      />
      <Tabs
        label="Views of this pipeline"
        open={view}
        onOpen={open}
        tabs={[
          { id: 'graph', label: 'Graph', content: <PipelineGraph pipeline={pipeline} /> },
          {
            id: 'yaml',
            label: 'YAML',
            content: (
              <Suspense fallback={<SkeletonRows rows={8} />}>
                <YamlView definition={pipeline.definition} />
              </Suspense>
            ),
          },
          { id: 'versions', label: 'Versions', content: <VersionsView pipeline={pipeline} /> },
        ]}
      />
    </>
  );
}

function PipelineGraph({ pipeline }: { pipeline: Pipeline }) {
  const model = useMemo(() => modelOf(pipeline.definition), [pipeline.definition]);
  const breakers = useBreakers(pipeline.id, pipeline.definition);
  const marks = useMemo(() => breakerMarks(breakers), [breakers]);
  const [search, setSearch] = useSearchParams();
  const path = search.get('node');
  const select = (chosen: string | null) => setSearch(chosen === null ? {} : { node: chosen });
  const node = model.nodes.find((candidate) => candidate.id === path);
  const config = node === undefined ? undefined : nodeConfigOf(pipeline.definition, node.id);
  return (
    <>
      <Panel className="h-[min(560px,68vh)]">
        <Graph
          marks={marks}
          model={model}
          label={`Graph of ${pipeline.name}`}
          selected={path}
          onSelect={select}
        />
      </Panel>
      {node !== undefined && config !== undefined && (
        <Drawer
          title={node.label}
          subtitle={<p className="text-sm text-ink-2">{kindOf(node.kind).word}</p>}
          onClose={() => select(null)}
        >
          <div className="flex flex-col gap-5">
            <NodeBreaker pipelineId={pipeline.id} breaker={breakers.get(node.id)} />
            <OtherPipeline config={config} />
            <ValueView label="Definition" value={config} />
          </div>
        </Drawer>
      )}
    </>
  );
}

/** The way to the pipeline that a node runs. */
function OtherPipeline({ config }: { config: Json }) {
  const inner = isJsonObject(config) ? config['config'] : undefined;
  const named = isJsonObject(inner) ? inner['pipelineId'] : undefined;
  if (typeof named !== 'string') return null;
  return (
    <ButtonLink to={pathOf.pipeline(encodeURIComponent(named))} className="self-start">
      <Waypoints aria-hidden /> Open {named}
    </ButtonLink>
  );
}
