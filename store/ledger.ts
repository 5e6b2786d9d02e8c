import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Id } from '../contracts/ids.ts';
import type { AccountedCall, LedgerOutcome } from '../contracts/ledger.ts';
import type { Usage } from '../contracts/model.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** What a call may use at most, and what that costs. */
export interface Reservation {
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** That the model can write, where nothing caps it. */
  mostOutputTokens: number;
  /** With fewer it is not worth calling the model. */
  leastOutputTokens: number;
  /** US dollars for a million tokens. */
  inputPrice: number;
  outputPrice: number;
}

const ReservedRow = z.object({
  outcome: z.enum(['free', 'granted', 'wait', 'exceeded']),
  granted: z.number().nullable(),
  scope: z.string().nullable(),
  id: z.string().nullable(),
});

/** The budget that has too little left; `turn`: the limits of the turn itself. */
export interface BudgetName {
  scope: string;
  id: string;
}

export type Reserved =
  /** `maxOutputTokens` is absent where nothing limits the call. */
  | { outcome: 'reserved'; id: Id; maxOutputTokens?: number }
  /** What is left is reserved by others, for as long as their calls take. */
  | { outcome: 'wait' }
  | { outcome: 'exceeded'; budget: BudgetName };

export type Refused =
  /** What the call belongs to is paused, and people are asked; `revision` says so. */
  | { outcome: 'paused'; revision: number }
  /** There is enough now. */
  | { outcome: 'again' }
  /** The conversation or the run has ended. */
  | { outcome: 'ended' };

/** How an attempt ended, and what it used. */
export interface Settlement {
  outcome: Exclude<LedgerOutcome, 'lost' | 'refused'>;
  usage: Usage;
  /** By our own count. */
  estimated: boolean;
  latencyMs: number;
  firstTokenMs?: number;
  error?: string;
}

const RefusedRow = z.union([
  z.object({ outcome: z.literal('paused'), revision: z.number() }),
  z.object({ outcome: z.enum(['again', 'ended']) }),
]);
const Nothing = z.object({});

export type Ledger = ReturnType<typeof createLedger>;

/** What model calls use and cost: each function that writes is one statement. */
export function createLedger(pool: Queryable) {
  return {
    /**
     * Reserves what a call may use, from all budgets that it falls under, and opens its row. Attempts of the same key that came
     * before and never ended are booked as lost.
     */
    async reserve(call: AccountedCall, most: Reservation): Promise<Reserved> {
      const id = uuid();
      const { outcome, granted, ...budget } = await pool.one(sql.type(ReservedRow)`
        select * from accounting.reserve(${json(asked(id, call, most))}, ${most.leastOutputTokens})`);
      if (outcome === 'free') return { outcome: 'reserved', id };
      if (outcome === 'granted') return { outcome: 'reserved', id, maxOutputTokens: granted ?? 0 };
      if (outcome === 'wait') return { outcome };
      return { outcome, budget: { scope: budget.scope ?? '', id: budget.id ?? '' } };
    },

    /**
     * Where `reserve` found too little left: pauses the conversation of the call, or else its run, and asks people to extend the
     * budget, which nobody is asked twice at the same time.
     */
    refuse(call: AccountedCall, most: Reservation): Promise<Refused> {
      return pool.one(sql.type(RefusedRow)`
        select * from accounting.refuse(${json(asked(uuid(), call, most))}, ${most.leastOutputTokens}, ${uuid()})`);
    },

    /** Books what an attempt used, once, and adds it to all sums. */
    async settle(id: Id, { outcome, usage, estimated, ...rest }: Settlement): Promise<void> {
      const end = {
        ...{ outcome, estimated, cost_usd: usage.costUsd.toFixed(10) },
        ...{ input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
        ...{ cached_input_tokens: usage.cachedInputTokens, reasoning_tokens: usage.reasoningTokens },
        ...{ latency_ms: Math.round(rest.latencyMs), error: rest.error ?? null },
        first_token_ms: rest.firstTokenMs === undefined ? null : Math.round(rest.firstTokenMs),
      };
      await pool.query(sql.type(Nothing)`select accounting.settle(${id}, ${json(end)})`);
    },

    /** Books attempts as lost that nobody can be at any more, the oldest first. @returns how many */
    loseOlderThan(minutes: number, most = 1_000): Promise<number> {
      return pool.oneFirst(sql.type(z.object({ lost: z.number() }))`
        select accounting.lose_old(make_interval(mins => ${minutes}), ${most}) as lost`);
    },
  };
}

/** In the words of the table. */
const asked = (id: Id, call: AccountedCall, most: Reservation) => ({
  ...{ id, key: call.key, claim: call.claims, agent_id: call.agentId },
  ...{ conversation_id: call.conversationId, turn: call.turn, run_id: call.runId, circle_id: call.circleId },
  ...{ provider: most.provider, model: most.model },
  ...{ reserved_input: most.inputTokens, reserved_output: most.outputTokens },
  ...{ input_price: most.inputPrice, output_price: most.outputPrice },
  ...(call.limits === undefined ? {} : { limits: { ...call.limits, mostOutput: most.mostOutputTokens } }),
});
