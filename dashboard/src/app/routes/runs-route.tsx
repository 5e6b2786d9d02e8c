import { useQuery } from '@tanstack/react-query';

import { pipelinesQuery } from '../../features/pipelines/queries.ts';
import { RunsPage } from '../../features/runs/runs-page.tsx';
import { useApi } from '../../lib/services.tsx';

/** The list of runs, with the pipelines that it can be narrowed to. */
export function RunsRoute() {
  const { data } = useQuery(pipelinesQuery(useApi()));
  return <RunsPage pipelines={data?.items ?? []} />;
}
