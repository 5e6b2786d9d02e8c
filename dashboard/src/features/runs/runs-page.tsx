import { useInfiniteQuery } from '@tanstack/react-query';
import { ListVideo } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';

import type { RestartedRuns } from '../../../../contracts/restart.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { isFiltered, readFilters, type RunFilters, writeFilters } from './filters.ts';
import { runsQuery } from './queries.ts';
import { RestartReport } from './restart-report.tsx';
import { RestartRuns } from './restart-runs.tsx';
import { RunFilterBar } from './run-filters.tsx';
import { RunsTable } from './runs-table.tsx';

/** What a list of runs can be narrowed to; the route knows the pipelines. */
export function RunsPage({ pipelines }: { pipelines: readonly { id: string; name: string }[] }) {
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const [restarted, setRestarted] = useState<RestartedRuns | null>(null);
  const filter = (next: RunFilters) => setSearch(writeFilters(next), { replace: true });
  return (
    <Page crumbs={[{ label: 'Runs' }]}>
      <PageHeader title="Runs" actions={<RestartRuns filters={filters} onRestarted={setRestarted} />} />
      {restarted !== null && <RestartReport restarted={restarted} onClose={() => setRestarted(null)} />}
      <RunFilterBar filters={filters} pipelines={pipelines} onFilter={filter} />
      <RunsList filters={filters} onClear={() => filter({ status: [] })} />
    </Page>
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
      <RunsTable label="Runs" runs={runs} deletable />
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Show older runs'}
        </Button>
      )}
    </>
  );
}
