import { useInfiniteQuery } from '@tanstack/react-query';
import { ListVideo } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';

import { RunStatus } from '../../../../contracts/run.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { without } from '../../lib/without.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { statusWord } from '../../ui/status.tsx';
import { isFiltered, readFilters, type RunFilters, writeFilters } from './filters.ts';
import { runsQuery } from './queries.ts';
import { RunsTable } from './runs-table.tsx';

/** What a list of runs can be narrowed to; the route knows the pipelines. */
export function RunsPage({ pipelines }: { pipelines: readonly { id: string; name: string }[] }) {
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const filter = (next: RunFilters) => setSearch(writeFilters(next), { replace: true });
  return (
    <Page crumbs={[{ label: 'Runs' }]}>
      <PageHeader title="Runs" />
      <Filters filters={filters} pipelines={pipelines} onFilter={filter} />
      <RunsList filters={filters} onClear={() => filter({ status: [] })} />
    </Page>
  );
}

interface FiltersProps {
  filters: RunFilters;
  pipelines: readonly { id: string; name: string }[];
  onFilter: (filters: RunFilters) => void;
}

function Filters({ filters, pipelines, onFilter }: FiltersProps) {
  const { status, pipelineId, q } = filters;
  const [text, setText] = useState(q ?? '');
  useEffect(() => {
    if (text === (q ?? '')) return;
    const timer = setTimeout(
      () =>
        onFilter({
          status,
          ...(pipelineId !== undefined && { pipelineId }),
          ...(text !== '' && { q: text }),
        }),
      250,
    );
    return () => clearTimeout(timer);
  });
  return (
    <div role="search" aria-label="Runs" className="mb-3 flex flex-wrap gap-2">
      <Input
        aria-label="Search runs"
        placeholder="Search runs"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="!h-8 !w-56 !text-sm"
      />
      <Select
        aria-label="Status"
        value={status[0] ?? ''}
        className="!h-8 !w-40 [&>select]:text-sm"
        onChange={(event) => {
          onFilter({
            ...filters,
            status: RunStatus.options.filter((option) => option === event.target.value),
          });
        }}
      >
        <option value="">Any status</option>
        {RunStatus.options.map((option) => (
          <option key={option} value={option}>
            {statusWord(option)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Pipeline"
        value={pipelineId ?? ''}
        className="!h-8 !w-48 [&>select]:text-sm"
        onChange={(event) => {
          onFilter({
            ...without(filters, 'pipelineId'),
            ...(event.target.value !== '' && { pipelineId: event.target.value }),
          });
        }}
      >
        <option value="">Any pipeline</option>
        {pipelines.map((pipeline) => (
          <option key={pipeline.id} value={pipeline.id}>
            {pipeline.name}
          </option>
        ))}
      </Select>
    </div>
  );
}

function RunsList({ filters, onClear }: { filters: RunFilters; onClear: () => void }): ReactNode {
  const api = useApi();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    runsQuery(api, filters),
  );
  if (data === undefined)
    return error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />;
  const runs = data.pages.flatMap((page) => page.items);
  if (runs.length === 0) {
    return isFiltered(filters) ? (
      <EmptyState
        icon={ListVideo}
        title="No run fits these filters"
        action={<Button onClick={onClear}>Clear filters</Button>}
      >
        Widen the search, or look at all runs.
      </EmptyState>
    ) : (
      <EmptyState
        icon={ListVideo}
        title="No runs yet"
        action={
          <ButtonLink variant="primary" to={pathOf.pipelines}>
            Choose a pipeline
          </ButtonLink>
        }
      >
        A run is one execution of a pipeline, on one input: for example document-digest on a Markdown file. It
        goes on where it was, whatever is restarted meanwhile.
      </EmptyState>
    );
  }
  return (
    <>
      <RunsTable label="Runs" runs={runs} />
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show older runs'}
        </Button>
      )}
    </>
  );
}
