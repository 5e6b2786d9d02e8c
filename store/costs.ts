import type { Id } from '../contracts/ids.ts';
import { CostRow, type CostsBy, LedgerEntry, type LedgerOutcome } from '../contracts/ledger.ts';
import type { Page } from '../contracts/page.ts';
import type { User } from '../contracts/user.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, pageOfRows } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** Who asks: conversations and circles that they may not see are in no list; in the sums of days, agents and models they are. */
type Viewer = Pick<User, 'id' | 'role'>;

/** One agent, circle, conversation or run alone; with several, what belongs to all of them. */
export interface CostScope {
  agentId?: Id | undefined;
  circleId?: Id | undefined;
  conversationId?: Id | undefined;
  runId?: Id | undefined;
}

export interface LedgerFilter extends ListPosition, CostScope {
  outcome?: LedgerOutcome | undefined;
}

/** Dates; both are included. */
export interface CostPeriod {
  from: string;
  to: string;
}

/** More than anybody looks at; the dearest ones. */
const MOST_ROWS = 1_000;

/** What model calls used and cost, as people see it; the rows and the sums are written by `ledger.ts`. */
export function createCosts(pool: Queryable) {
  return {
    /**
     * The dearest first; days from the newest one. Of everything from the sums that are kept, of one thing added up from the
     * ledger. Whether the viewer may see that thing is for the caller to know.
     */
    listCosts(
      { by, from, to, ...of }: CostPeriod & CostScope & { by: CostsBy },
      viewer: Viewer,
    ): Promise<readonly CostRow[]> {
      const isAll = Object.values(of).every((id) => id === undefined);
      const source = isAll
        ? sql.fragment`select ${amounts}, t.calls, t.scope as by, t.id as key from accounting.totals t where t.scope = ${by}`
        : sql.fragment`
            select ${amounts}, 1 as calls, ${by}::text as by, ${keyOf(by)} as key from accounting.ledger t
            where ${about(of)} and t.outcome <> 'refused'`;
      const isHidden = by === 'conversation' || by === 'circle';
      return pool.any(sql.type(CostRow)`
        select t.key, accounting.budget_title(t.by, t.key) as name, sum(t.calls)::bigint as calls,
          sum(t.input_tokens)::bigint as "inputTokens", sum(t.output_tokens)::bigint as "outputTokens",
          sum(t.cached_input_tokens)::bigint as "cachedInputTokens", sum(t.reasoning_tokens)::bigint as "reasoningTokens",
          sum(t.cost_usd)::double precision as "costUsd"
        from (${source}) t
        where t.key is not null and t.day between ${from}::date and ${to}::date
          and (${!isHidden} or accounting.is_visible(t.by, t.key, ${viewer.id}, ${viewer.role}))
        group by t.by, t.key
        order by ${by === 'day' ? sql.fragment`t.key desc` : sql.fragment`8 desc, 4 + 5 desc, t.key`}
        limit ${MOST_ROWS}`);
    },

    /** Attempts of model calls, the newest first; those of conversations that the viewer may not see are left out. */
    async listEntries(filter: LedgerFilter, viewer: Viewer): Promise<Page<LedgerEntry>> {
      const { limit, outcome } = filter;
      const rows = await pool.any(sql.type(LedgerEntry)`
        select t.id, t.key, t.claim as attempt, t.conversation_id as "conversationId", t.turn, t.run_id as "runId",
          t.agent_id as "agentId", a.name as "agentName", t.circle_id as "circleId", t.provider, t.model, t.outcome, t.estimated,
          t.input_tokens as "inputTokens", t.output_tokens as "outputTokens", t.cached_input_tokens as "cachedInputTokens",
          t.reasoning_tokens as "reasoningTokens", t.cost_usd::double precision as "costUsd",
          t.started_at as "startedAt", t.ended_at as "endedAt", t.latency_ms as "latencyMs", t.first_token_ms as "firstTokenMs", t.error
        from accounting.ledger t left join agent.agents a on a.id = t.agent_id
        where ${sql.and([
          sql.fragment`t.id < ${idBefore(filter)}`,
          about(filter),
          outcome !== undefined && sql.fragment`t.outcome = ${outcome}`,
          sql.fragment`(
            t.conversation_id is null
            or accounting.is_visible('conversation', t.conversation_id::text, ${viewer.id}, ${viewer.role}))`,
        ])}
        order by t.id desc limit ${limit + 1}`);
      return pageOfRows(rows, limit);
    },
  };
}

const amounts = sql.fragment`
  t.day, t.input_tokens, t.output_tokens, t.cached_input_tokens, t.reasoning_tokens, t.cost_usd`;

function keyOf(by: CostsBy) {
  switch (by) {
    case 'day':
      return sql.fragment`t.day::text`;
    case 'agent':
      return sql.fragment`t.agent_id::text`;
    case 'circle':
      return sql.fragment`t.circle_id::text`;
    case 'model':
      return sql.fragment`t.provider || '/' || t.model`;
    case 'conversation':
      return sql.fragment`t.conversation_id::text`;
    case 'run':
      return sql.fragment`t.run_id::text`;
  }
}

const about = ({ agentId, circleId, conversationId, runId }: CostScope) =>
  sql.and([
    sql.fragment`true`,
    agentId !== undefined && sql.fragment`t.agent_id = ${agentId}`,
    circleId !== undefined && sql.fragment`t.circle_id = ${circleId}`,
    conversationId !== undefined && sql.fragment`t.conversation_id = ${conversationId}`,
    runId !== undefined && sql.fragment`t.run_id = ${runId}`,
  ]);
