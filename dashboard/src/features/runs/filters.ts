import { RunStatus } from '../../../../contracts/run.ts';

/** What a list of runs is narrowed to; lives in the page's address. */
export interface RunFilters {
  status: RunStatus[];
  pipelineId?: string;
  q?: string;
}

export function readFilters(search: URLSearchParams): RunFilters {
  const status = (search.get('status') ?? '')
    .split(',')
    .flatMap((word) => RunStatus.safeParse(word).data ?? []);
  const pipelineId = search.get('pipeline');
  const q = search.get('q');
  return {
    status,
    ...(pipelineId !== null && pipelineId !== '' && { pipelineId }),
    ...(q !== null && q !== '' && { q }),
  };
}

export function writeFilters({ status, pipelineId, q }: RunFilters): URLSearchParams {
  const search = new URLSearchParams();
  if (status.length > 0) search.set('status', status.join(','));
  if (pipelineId !== undefined) search.set('pipeline', pipelineId);
  if (q !== undefined) search.set('q', q);
  return search;
}

export const isFiltered = ({ status, pipelineId, q }: RunFilters): boolean =>
  status.length > 0 || pipelineId !== undefined || q !== undefined;
