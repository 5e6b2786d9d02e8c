import { RunStatus, RunTrigger } from '../../../../contracts/run.ts';

/** What a list of runs is narrowed to; lives in the page's address. */
export interface RunFilters {
  status: RunStatus[];
  pipelineId?: string;
  q?: string;
  version?: number;
  /** Days, as `2026-05-04`, of the reader's own time zone; both are included. */
  from?: string;
  to?: string;
  tag?: string;
  /** US dollars. */
  minCost?: number;
  maxCost?: number;
  trigger?: RunTrigger;
  /** Id of the run that they were forked from. */
  forkedFrom?: string;
}

/** The filters beside status, pipeline and words. */
export type MoreFilter = 'version' | 'from' | 'to' | 'tag' | 'minCost' | 'maxCost' | 'trigger' | 'forkedFrom';
export const MORE_FILTERS: readonly MoreFilter[] = [
  'tag',
  'trigger',
  'version',
  'from',
  'to',
  'minCost',
  'maxCost',
  'forkedFrom',
];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readFilters(search: URLSearchParams): RunFilters {
  const status = (search.get('status') ?? '')
    .split(',')
    .flatMap((word) => RunStatus.safeParse(word).data ?? []);
  const pipelineId = textOf(search, 'pipeline');
  const q = textOf(search, 'q');
  const tag = textOf(search, 'tag');
  const version = numberOf(search, 'version');
  const minCost = numberOf(search, 'minCost');
  const maxCost = numberOf(search, 'maxCost');
  const trigger = RunTrigger.safeParse(search.get('trigger')).data;
  const forkedFrom = textOf(search, 'forkedFrom');
  const [from, to] = ['from', 'to'].map((name) => {
    const day = textOf(search, name);
    return day !== undefined && DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : undefined;
  });
  return {
    status,
    ...(pipelineId !== undefined && { pipelineId }),
    ...(q !== undefined && { q }),
    ...(tag !== undefined && { tag }),
    ...(version !== undefined && { version }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(minCost !== undefined && { minCost }),
    ...(maxCost !== undefined && { maxCost }),
    ...(trigger !== undefined && { trigger }),
    ...(forkedFrom !== undefined && { forkedFrom }),
  };
}

export function writeFilters({ status, pipelineId, q, ...more }: RunFilters): URLSearchParams {
  const search = new URLSearchParams();
  if (status.length > 0) search.set('status', status.join(','));
  if (pipelineId !== undefined) search.set('pipeline', pipelineId);
  if (q !== undefined) search.set('q', q);
  for (const name of MORE_FILTERS) {
    const value = more[name];
    if (value !== undefined) search.set(name, String(value));
  }
  return search;
}

export const isFiltered = (filters: RunFilters): boolean => writeFilters(filters).size > 0;

/** What the API is asked for: days become instants, the last one whole. */
export function queryOf(filters: RunFilters): Record<string, string | number> {
  const { status, from, to, ...same } = filters;
  return {
    ...same,
    ...(status.length > 0 && { status: status.join(',') }),
    ...(from !== undefined && { from: startOfDay(from, 0) }),
    ...(to !== undefined && { to: startOfDay(to, 1) }),
  };
}

/** The beginning of a day, or of one some days later, where the reader is. */
function startOfDay(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

function textOf(search: URLSearchParams, name: string): string | undefined {
  const text = search.get(name)?.trim();
  return text === undefined || text === '' ? undefined : text;
}

function numberOf(search: URLSearchParams, name: string): number | undefined {
  const text = textOf(search, name);
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) || value < 0 ? undefined : value;
}
