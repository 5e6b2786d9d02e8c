import { z } from 'zod';

import { Budget, BudgetScope, EVERY_DAY, PutBudget } from '../../contracts/budget.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { Id } from '../../contracts/ids.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneBudget = z.object({
  scope: BudgetScope,
  id: z.string().max(80).describe('Of the conversation, run, agent or circle; of days `every`, or a date'),
});
const ListQuery = PageQuery.extend({ scope: BudgetScope.optional() });

const IdOfDay = z.union([z.literal(EVERY_DAY), z.iso.date()]);

/** Limits of what model calls may use and cost. What waits for one goes on when it is raised. */
export function budgetRoutes({
  store,
  budgetKeeper,
}: Pick<ApiDependencies, 'store' | 'budgetKeeper'>): Route[] {
  const { budgets } = store;
  const checked = ({ scope, id }: z.infer<typeof OneBudget>): z.infer<typeof OneBudget> => {
    if (!(scope === 'day' ? IdOfDay : Id).safeParse(id).success)
      throw new GatheringFailure('NotFound', `There is no such ${scope}.`);
    return { scope, id };
  };

  return [
    route(
      {
        method: 'get',
        path: '/budgets',
        summary: 'List budgets with their use',
        permission: 'budgets:read',
        query: ListQuery,
        response: pageOf(Budget),
      },
      async ({ query, caller }) => ({
        body: pageOfAll(await budgets.listBudgets(caller.user, query), query),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/budgets/:scope/:id',
        summary: 'Get a budget with its use',
        permission: 'budgets:read',
        params: OneBudget,
        response: Budget,
      },
      async ({ params, caller }) => {
        const { scope, id } = checked(params);
        return { body: await budgets.getBudget(scope, id, caller.user) };
      },
    ),
    route(
      {
        method: 'put',
        path: '/budgets/:scope/:id',
        summary: 'Set the limits of a conversation, run, agent, circle or day',
        permission: 'budgets:update',
        params: OneBudget,
        body: PutBudget,
        response: Budget,
      },
      async ({ params, body, caller: { user }, requestId }) => {
        const { scope, id } = checked(params);
        if (!(await budgets.isThere(scope, id, user)))
          throw new GatheringFailure('NotFound', `There is no such ${scope}.`);
        await budgets.putBudget({ scope, id }, body, { user, requestId });
        budgetKeeper.checkSoon();
        return { body: await budgets.getBudget(scope, id, user) };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/budgets/:scope/:id',
        summary: 'Delete a budget: nothing is limited by it any more',
        permission: 'budgets:update',
        params: OneBudget,
        status: 204,
      },
      async ({ params, caller: { user }, requestId }) => {
        const { scope, id } = checked(params);
        await budgets.getBudget(scope, id, user);
        await budgets.deleteBudget({ scope, id }, { user, requestId });
        budgetKeeper.checkSoon();
        return {};
      },
    ),
  ];
}
