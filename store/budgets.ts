import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { Budget, type BudgetScope, type PutBudget } from '../contracts/budget.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { User } from '../contracts/user.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

export type Budgets = ReturnType<typeof createBudgets>;

/** Who asks: budgets of what they may not see are not there. */
type Viewer = Pick<User, 'id' | 'role'>;

const shown = ({ id, role }: Viewer) => sql.fragment`
  select u.scope, u.id, u.name, u.tokens, u.usd::double precision as usd,
    json_build_object('tokens', u.used_tokens, 'usd', u.used_usd::double precision) as used,
    json_build_object('tokens', u.reserved_tokens, 'usd', u.reserved_usd::double precision) as reserved,
    u.updated_by as "updatedBy", u.updated_at as "updatedAt"
  from accounting.budget_use u
  where accounting.is_visible(u.scope, u.id, ${id}, ${role})`;

const absent = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such budget.');

/** Limits of what model calls may use and cost. */
export function createBudgets(pool: Queryable) {
  const find = (scope: BudgetScope, id: string, viewer: Viewer): Promise<Budget | null> =>
    pool.maybeOne(sql.type(Budget)`${shown(viewer)} and u.scope = ${scope} and u.id = ${id}`);

  return {
    /** @throws GatheringFailure NotFound */
    async getBudget(scope: BudgetScope, id: string, viewer: Viewer): Promise<Budget> {
      const found = await find(scope, id, viewer);
      if (found === null) throw absent();
      return found;
    },

    /** Days first, then by what they are of; as many as a house has at most. */
    listBudgets(
      viewer: Viewer,
      { scope }: { scope?: BudgetScope | undefined } = {},
    ): Promise<readonly Budget[]> {
      return pool.any(sql.type(Budget)`
        ${shown(viewer)} and (${scope ?? null}::text is null or u.scope = ${scope ?? null})
        order by u.scope <> 'day', u.scope, u.id desc`);
    },

    /** Sets the limits, whatever they were. What it is of must be there: see `isThere`. */
    async putBudget(
      { scope, id }: { scope: BudgetScope; id: string },
      { tokens, usd }: PutBudget,
      by: { user: Pick<User, 'id' | 'email'>; requestId: string },
    ): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        with put as (
          insert into accounting.budgets as b (scope, id, tokens, usd, updated_by)
          values (${scope}, ${id}, ${tokens}, ${usd}, ${by.user.email})
          on conflict (scope, id) do update set
            tokens = excluded.tokens, usd = excluded.usd, updated_by = excluded.updated_by, updated_at = clock_timestamp()
        )
        ${audited('budgets:update', { scope, id }, by, { tokens, usd })}`);
    },

    /** @throws GatheringFailure NotFound */
    async deleteBudget(
      { scope, id }: { scope: BudgetScope; id: string },
      by: { user: Pick<User, 'id' | 'email'>; requestId: string },
    ): Promise<void> {
      const { rowCount } = await pool.query(sql.type(z.object({}))`
        with gone as (delete from accounting.budgets where scope = ${scope} and id = ${id} returning scope)
        ${audited('budgets:delete', { scope, id }, by, {})} from gone`);
      if (rowCount === 0) throw absent();
    },

    /** Whether there is what a budget is to be of, for this viewer. */
    isThere(scope: BudgetScope, id: string, viewer: Viewer): Promise<boolean> {
      return pool.oneFirst(sql.type(z.object({ there: z.boolean() }))`
        select accounting.is_visible(${scope}, ${id}, ${viewer.id}, ${viewer.role}) as there`);
    },

    /** Requests to extend a budget that has enough left by now. */
    listAnsweredRequests(): Promise<readonly Id[]> {
      return pool.anyFirst(sql.type(z.object({ id: Id }))`select accounting.answered_requests() as id`);
    },

    /** Withdraws such a request; what waits for it goes on. Safe to repeat. */
    async withdrawRequest(id: Id): Promise<void> {
      await pool.query(sql.type(z.object({}))`select accounting.withdraw_request(${id})`);
    },
  };
}

const audited = (
  action: string,
  { scope, id }: { scope: BudgetScope; id: string },
  { user, requestId }: { user: Pick<User, 'id' | 'email'>; requestId: string },
  limits: object,
) => sql.fragment`
  insert into auth.audit (id, user_id, user_email, action, resource, resource_id, data, request_id)
  select ${uuid()}::uuid, ${user.id}::uuid, ${user.email}, ${action}, 'budgets', ${`${scope}/${id}`}, ${json(limits)}, ${requestId}`;
