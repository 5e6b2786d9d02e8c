import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { Agent } from '../../../../contracts/agent.ts';
import { Budget, type PutBudget } from '../../../../contracts/budget.ts';
import { CircleSummary } from '../../../../contracts/circle.ts';
import { CostRow, type CostsBy, LedgerEntry } from '../../../../contracts/ledger.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';

const CostPage = pageOf(CostRow);
const LedgerPage = pageOf(LedgerEntry);
const BudgetPage = pageOf(Budget);
/** As many as an answer holds; a table of more is read by nobody. */
const MOST = 200;

export const costsQuery = (api: Api, by: CostsBy, period: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['costs', by, period],
    queryFn: ({ signal }) => api.get('/costs', CostPage, { query: { by, ...period, limit: MOST }, signal }),
    placeholderData: keepPreviousData,
  });

/** All days of a period, from the newest one. */
export const daysQuery = (api: Api, period: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['costs', 'days', period],
    queryFn: async ({ signal }) => {
      const ask = (cursor?: string) =>
        api.get('/costs', CostPage, { query: { by: 'day', ...period, limit: MOST, cursor }, signal });
      const first = await ask();
      return first.nextCursor === null
        ? first.items
        : [...first.items, ...(await ask(first.nextCursor)).items];
    },
  });

export const ledgerQuery = (api: Api) =>
  infiniteQueryOptions({
    queryKey: ['costs', 'ledger'],
    queryFn: ({ pageParam, signal }) =>
      api.get('/ledger', LedgerPage, { query: { cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const budgetsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['budgets', 'all'],
    queryFn: ({ signal }) => api.get('/budgets', BudgetPage, { query: { limit: MOST }, signal }),
  });

/** What a budget may be set for here: agents and circles, by name. */
export const subjectsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['costs', 'subjects'],
    queryFn: async ({ signal }) => {
      const [agents, circles] = await Promise.all([
        api.get('/agents', pageOf(Agent), { query: { limit: MOST }, signal }),
        api.get('/circles', pageOf(CircleSummary), { query: { limit: MOST }, signal }),
      ]);
      return { agent: agents.items, circle: circles.items };
    },
  });

export type BudgetName = Pick<Budget, 'scope' | 'id'>;

/** Sets or, with null, deletes a budget. */
export function useSetBudget() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ scope, id, limits }: BudgetName & { limits: PutBudget | null }) => {
      const path = `/budgets/${scope}/${encodeURIComponent(id)}`;
      if (limits === null) await api.send('DELETE', path);
      else await api.send('PUT', path, { body: limits });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['budgets'] }),
  });
}
