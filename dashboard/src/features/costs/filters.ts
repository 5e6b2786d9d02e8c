import { CostsBy } from '../../../../contracts/ledger.ts';

/** What is counted. */
export type Measure = 'cost' | 'tokens';

/** What the page shows: by what it is added up, of how many days, and in what. */
export interface CostFilters {
  by: CostsBy | 'calls';
  days: number;
  measure: Measure;
}

export const PERIODS = [7, 30, 90, 365] as const;

/** Of the page's address; what it does not say, or says wrongly, is as usual. */
export function readFilters(search: URLSearchParams): CostFilters {
  const by = search.get('by');
  const days = Number(search.get('days'));
  return {
    by: by === 'calls' ? by : (CostsBy.safeParse(by).data ?? 'agent'),
    days: PERIODS.find((known) => known === days) ?? 30,
    measure: search.get('in') === 'tokens' ? 'tokens' : 'cost',
  };
}

/** Of an address: what is as usual is left out. */
export function writeFilters({ by, days, measure }: CostFilters): Record<string, string> {
  return {
    ...(by === 'agent' ? {} : { by }),
    ...(days === 30 ? {} : { days: String(days) }),
    ...(measure === 'cost' ? {} : { in: measure }),
  };
}

const DAY_MS = 86_400_000;
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The first and the last of so many days up to today, in UTC, as days are counted everywhere. */
export const periodOf = (days: number, now: number): { from: string; to: string } => ({
  from: dateOf(now - (days - 1) * DAY_MS),
  to: dateOf(now),
});

/** Every day of a period, oldest first. */
export function daysIn({ from, to }: { from: string; to: string }): string[] {
  const first = Date.parse(from);
  const count = Math.round((Date.parse(to) - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, day) => dateOf(first + day * DAY_MS));
}
