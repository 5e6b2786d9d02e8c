import { z } from 'zod';

import type { NextTurn } from '../contracts/conversation-state.ts';
import type { Failure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import { type Json, JsonObject } from '../contracts/json.ts';
import type { Citation } from '../contracts/knowledge.ts';
import { turnEffectKeyOf } from '../contracts/place.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** One attempt at an effect of a turn. */
export interface TurnAttempt {
  conversationId: string;
  turn: number;
  /** `model.<step>` or `tool.<step>.<index>`. */
  suffix: string;
  /** Temporal's run id and attempt: which of two attempts is the later one. */
  engineRunId: string;
  attempt: number;
}

/** The key of an effect: in the ledger, as activity id, and as `Idempotency-Key` at targets. */
export const keyOfTurnEffect = ({ conversationId, turn, suffix }: TurnAttempt): string =>
  turnEffectKeyOf(conversationId, turn, suffix);

const EndedStatus = z.enum(['completed', 'stopped', 'failed']);

/** How often an effect was claimed, this time included; how often it failed, and how long that took together. */
const counts = { claims: z.number(), failures: z.number(), failed_ms: z.number() };
const Claimed = z
  .object({ outcome: z.literal('claimed'), ...counts })
  .transform(({ failed_ms: failedMs, ...claim }) => ({ ...claim, failedMs }));
const Refused = z.union([
  z
    .object({ outcome: z.literal('done'), result: z.custom<Json>() })
    .transform(({ outcome, result }) => ({ outcome, result })),
  z
    .object({ outcome: z.literal('ended'), result: z.object({ status: EndedStatus }) })
    .transform(({ outcome, result }) => ({ outcome, status: result.status })),
  z
    .object({ outcome: z.enum(['superseded', 'stopped', 'not_begun', 'paused']) })
    .transform(({ outcome }) => ({ outcome })),
]);
const ClaimRow = z.union([Claimed, Refused]);

/** What becomes of the wish to do an effect; migrations/0013 says what each outcome means. */
export type TurnClaim = z.infer<typeof ClaimRow>;

const ToolClaimRow = z.union([
  z
    .object({
      outcome: z.literal('claimed'),
      ...counts,
      call: z.object({
        agentId: Id,
        name: z.string(),
        arguments: JsonObject,
        invalid: z.string().optional(),
        /** People have to approve it, and whether they have. */
        asks: z.boolean(),
        isApproved: z.boolean(),
        /** The arguments that they put in place of its own. */
        edit: JsonObject.nullable(),
      }),
      /** Those that its agent has now. */
      tools: z.array(z.string()),
    })
    .transform(({ failed_ms: failedMs, ...claim }) => ({ ...claim, failedMs })),
  Refused,
]);
export type ToolClaim = z.infer<typeof ToolClaimRow>;

/** How a turn is completed: its message, and the facts that decisions are made by. */
export interface TurnEnding {
  messageId: string;
  content: string;
  said: {
    mentions: readonly string[];
    texts: readonly string[];
    next?: string;
    concludes?: boolean;
    verdict?: 'approve' | 'revise';
    agrees?: boolean;
    /** What `[n]` in it stands for. */
    citations?: readonly Citation[];
  };
}

const Held = z.object({ held: z.boolean() });
const Nothing = z.object({});
const AskedRow = z
  .object({ status: z.enum(['pending', 'approved', 'rejected']), stop_requested: z.boolean() })
  .transform(({ status, stop_requested: stopRequested }) => ({ status, stopRequested }));
const StopRow = z.object({ turn: z.string() });

export type ConversationTurns = ReturnType<typeof createConversationTurns>;

/**
 * The protocol of turns: who may do an effect, whether it was done, what it gave, how the turn ended. Each function is one statement,
 * one round trip and one transaction, with the events that it tells.
 */
export function createConversationTurns(pool: Queryable) {
  const place = ({ conversationId, turn, suffix, engineRunId, attempt }: TurnAttempt) =>
    sql.fragment`${conversationId}, ${turn}, ${suffix}, ${engineRunId}, ${attempt}`;

  return {
    /** @param asked whose turn it is and why; the claim begins it where it has not begun */
    claimModelCall(attempt: TurnAttempt, asked: NextTurn): Promise<TurnClaim> {
      return pool.one(sql.type(ClaimRow)`
        select * from conversation.claim_turn_effect(${place(attempt)}, ${json(asked)})`);
    },

    claimToolCall(attempt: TurnAttempt): Promise<ToolClaim> {
      return pool.one(sql.type(ToolClaimRow)`select * from conversation.claim_tool_call(${place(attempt)})`);
    },

    /**
     * @param ending of the turn, where this was its last model call
     * @returns false when this attempt does not hold the claim any more: nothing is recorded or told
     */
    recordModelCall(attempt: TurnAttempt, result: unknown, ending?: TurnEnding): Promise<boolean> {
      return pool.oneFirst(sql.type(Held)`
        select conversation.record_turn_effect(${place(attempt)}, ${json(result)}, ${json(ending)}) as held`);
    },

    /** @returns false when this attempt does not hold the claim any more: nothing is recorded or told */
    recordToolCall(
      attempt: TurnAttempt,
      result: { content: string; isError: boolean; citations?: readonly Citation[] | undefined },
    ): Promise<boolean> {
      return pool.oneFirst(sql.type(Held)`
        select conversation.record_tool_call(${place(attempt)}, ${json(result)}) as held`);
    },

    /**
     * Counts a failed attempt. Without a delay there will be no other: the turn fails, with the text that it has.
     * @returns false when this attempt does not hold the claim any more: nothing is counted or told
     */
    failModelCall(
      attempt: TurnAttempt,
      { error, delayMs, messageId }: { error: Failure; delayMs?: number; messageId: string },
    ): Promise<boolean> {
      return pool.oneFirst(sql.type(Held)`
        select conversation.fail_turn_effect(${place(attempt)}, ${json(error)}, ${delayMs ?? null}, ${messageId}) as held`);
    },

    /** Counts a failed attempt that is followed by another one. @returns as `failModelCall` */
    failToolCall(
      attempt: TurnAttempt,
      { error, delayMs }: { error: Failure; delayMs: number },
    ): Promise<boolean> {
      return pool.oneFirst(sql.type(Held)`
        select conversation.fail_turn_effect(${place(attempt)}, ${json(error)}, ${delayMs}, null) as held`);
    },

    /** Gives a claim back that was not used. */
    async release(attempt: TurnAttempt): Promise<void> {
      await pool.query(sql.type(Nothing)`
        select conversation.release_turn_effect(
          ${attempt.conversationId}, ${keyOfTurnEffect(attempt)}, ${attempt.engineRunId}, ${attempt.attempt})`);
    },

    /**
     * Adds to the text that a model call is writing.
     * @param claims of the claim; a later claim begins a text of its own
     * @returns false when this attempt does not hold the claim any more
     */
    appendText(
      { conversationId, turn, suffix }: TurnAttempt,
      { agentId, claims, delta }: { agentId: string; claims: number; delta: string },
    ): Promise<boolean> {
      const text = delta.replaceAll('\0', '\ufffd').toWellFormed();
      return pool.oneFirst(sql.type(Held)`
        select conversation.append_turn_text(${conversationId}, ${turn}, ${suffix}, ${agentId}, ${claims}, ${text}) as held`);
    },

    /** From which number on the passages of a search are counted, where each search of the turn finds so many at most. */
    findFirstPassage({ conversationId, turn, suffix }: TurnAttempt, aSearch: number): Promise<number> {
      return pool.oneFirst(sql.type(z.object({ first: z.number() }))`
        select conversation.first_passage(${conversationId}, ${turn}, ${suffix}, ${aSearch}) as first`);
    },

    /** Ends a turn that was given up, with the text that it has; nothing where it has ended or never began. */
    async endTurn(
      { conversationId, turn }: { conversationId: string; turn: number },
      {
        status,
        error,
        messageId,
      }: { status: 'stopped' | 'failed'; error?: Failure | undefined; messageId: string },
    ): Promise<void> {
      await pool.query(sql.type(Nothing)`
        select conversation.end_turn(${conversationId}, ${turn}, ${status}, ${messageId}, ${json(error)})`);
    },

    /** Asks people about a tool call, once; later calls say how it stands. */
    requestApproval(
      { conversationId, turn, call }: { conversationId: string; turn: number; call: string },
      { approvalId, workflowId }: { approvalId: string; workflowId: string },
    ): Promise<z.infer<typeof AskedRow>> {
      return pool.one(sql.type(AskedRow)`
        select * from conversation.request_tool_approval(${conversationId}, ${turn}, ${call}, ${approvalId}, ${workflowId})`);
    },

    /** Those of the turns, `<conversationId>/<number>`, that are to stop. */
    listStopped(turnIds: readonly string[]): Promise<readonly string[]> {
      return pool.anyFirst(sql.type(StopRow)`
        select o.turn
        from unnest(${sql.array([...turnIds], 'text')}) o (turn)
        join conversation.turns t on t.conversation_id = split_part(o.turn, '/', 1)::uuid and t.number = split_part(o.turn, '/', 2)::integer
        where t.stop_requested_at is not null or t.ended_at is not null`);
    },
  };
}
