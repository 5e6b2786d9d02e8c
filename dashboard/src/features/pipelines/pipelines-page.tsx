import { useQuery } from '@tanstack/react-query';
import { Play, Plus, Waypoints } from 'lucide-react';

import type { PipelineSummary } from '../../../../contracts/pipeline.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { pipelinesQuery } from './queries.ts';

const COLUMNS: readonly [Column<PipelineSummary>, ...Column<PipelineSummary>[]] = [
  {
    id: 'name',
    header: 'Name',
    cell: (pipeline) => (
      <>
        {pipeline.name}
        <span className="line-clamp-2 sm:line-clamp-1 font-normal text-ink-2">{pipeline.description}</span>
      </>
    ),
  },
  {
    id: 'nodes',
    header: 'Nodes',
    cell: (pipeline) => <span className="tabular">{pipeline.nodeCount}</span>,
    className: 'w-20 hidden sm:table-cell',
  },
  {
    id: 'version',
    header: 'Version',
    cell: (pipeline) => <span className="tabular">{pipeline.publishedVersion}</span>,
    className: 'w-20 hidden md:table-cell',
  },
  {
    id: 'updated',
    header: 'Changed',
    cell: (pipeline) => <TimeAgo at={pipeline.updatedAt} />,
    className: 'w-32 hidden md:table-cell',
  },
];

export function PipelinesPage() {
  const api = useApi();
  const { data, error, refetch } = useQuery(pipelinesQuery(api));
  const mayStart = useMay('runs:start');
  const mayCreate = useMay('pipelines:create');
  const create = (
    <ButtonLink variant="primary" to={pathOf.newPipeline()}>
      <Plus aria-hidden /> New pipeline
    </ButtonLink>
  );
  const actions = (pipeline: PipelineSummary) => (
    <ButtonLink variant="quiet" to={pathOf.startRun(pipeline.id)} aria-label={`Start ${pipeline.name}`}>
      <Play aria-hidden /> Start
    </ButtonLink>
  );
  return (
    <Page crumbs={[{ label: 'Pipelines' }]}>
      <PageHeader
        title="Pipelines"
        description="Work that agents and plain steps do together, drawn as a graph."
        {...(mayCreate && { actions: create })}
      />
      {data === undefined ? (
        error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? (
        <EmptyState icon={Waypoints} title="No pipelines yet" {...(mayCreate && { action: create })}>
          A pipeline is a graph of agents and steps, such as: split a document, let agents digest each
          section, let an editor write the report.
        </EmptyState>
      ) : (
        <DataTable
          label="Pipelines"
          rows={data.items}
          keyOf={(pipeline) => pipeline.id}
          linkOf={(pipeline) => pathOf.pipeline(pipeline.id)}
          columns={COLUMNS}
          {...(mayStart && { actions })}
        />
      )}
    </Page>
  );
}
