import { z } from 'zod';

import { CostRow, CostsBy, LedgerEntry, LedgerOutcome } from '../../contracts/ledger.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import type { CostScope } from '../../store/costs.ts';
import type { Principal } from '../auth/principals.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const USUAL_DAYS = 30;
const DAY_MS = 86_400_000;

const ScopeQuery = PageQuery.extend({
  agentId: z.uuid().optional(),
  circleId: z.uuid().optional(),
  conversationId: z.uuid().optional(),
  runId: z.uuid().optional(),
});
const CostsQuery = ScopeQuery.extend({
  by: CostsBy.default('day'),
  from: z.iso.date().optional().describe('First day (UTC); absent: 30 days up to `to`'),
  to: z.iso.date().optional().describe('Last day (UTC); absent: today'),
});
const LedgerQuery = ScopeQuery.extend({ outcome: LedgerOutcome.optional() });

/** What model calls used and cost. */
export function costRoutes({ store }: Pick<ApiDependencies, 'store'>): Route[] {
  /** @throws GatheringFailure NotFound for what the caller may not see */
  const checkScope = async (scope: CostScope, { user }: Principal): Promise<void> => {
    if (scope.conversationId !== undefined)
      await store.conversations.getConversation(scope.conversationId, user);
    if (scope.circleId !== undefined) await store.circles.getCircle(scope.circleId, user);
  };

  return [
    route(
      {
        method: 'get',
        path: '/costs',
        summary: 'What model calls used and cost: sums by day, agent, circle, model, conversation or run',
        permission: 'costs:read',
        query: CostsQuery,
        response: pageOf(CostRow),
      },
      async ({ query: { limit, cursor, by, from, to, ...of }, caller }) => {
        await checkScope(of, caller);
        const last = to ?? dayOf(Date.now());
        const period = { from: from ?? dayOf(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS), to: last };
        const rows = await store.costs.listCosts({ by, ...period, ...of }, caller.user);
        return { body: pageOfAll(rows, { limit, cursor }) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/ledger',
        summary: 'List attempts of model calls with what each used, the newest first',
        permission: 'costs:read',
        query: LedgerQuery,
        response: pageOf(LedgerEntry),
      },
      async ({ query, caller }) => {
        await checkScope(query, caller);
        return { body: await store.costs.listEntries(query, caller.user) };
      },
    ),
  ];
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
