import { z } from 'zod';

import { Id } from './ids.ts';
import { ProviderName } from './model.ts';

/**
 * How an attempt of a model call ended. `aborted`: somebody gave it up; `lost`: its worker died; `refused`: a budget had too little
 * left for it, and the provider was not called.
 */
export const LedgerOutcome = z.enum(['completed', 'failed', 'aborted', 'lost', 'refused']);
export type LedgerOutcome = z.infer<typeof LedgerOutcome>;

/** Sums of attempts: tokens as the providers count them, cost in US dollars by the price list. Reasoning is a part of the output. */
export const Spent = z.object({
  calls: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  costUsd: z.number(),
});
export type Spent = z.infer<typeof Spent>;

/** One attempt of a model call; a call that is under way has no outcome. */
export const LedgerEntry = Spent.omit({ calls: true }).extend({
  id: Id,
  /** Of the effect that it is an attempt of. */
  key: z.string(),
  attempt: z.number().int(),
  conversationId: Id.nullable(),
  /** Number of the turn. */
  turn: z.number().int().nullable(),
  runId: Id.nullable(),
  agentId: Id,
  /** Null: it is gone. */
  agentName: z.string().nullable(),
  circleId: Id.nullable(),
  provider: ProviderName,
  model: z.string(),
  outcome: LedgerOutcome.nullable(),
  /** The provider did not say what it counted: by our own count, an upper bound. */
  estimated: z.boolean(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  latencyMs: z.number().int().nullable(),
  firstTokenMs: z.number().int().nullable(),
  error: z.string().nullable(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const CostsBy = z.enum(['day', 'agent', 'circle', 'model', 'conversation', 'run']);
export type CostsBy = z.infer<typeof CostsBy>;

/** What one day, agent, circle, model, conversation or run used and cost in the time that was asked for. */
export const CostRow = Spent.extend({
  /** A date, `<provider>/<model>`, or an id. */
  key: z.string(),
  /** For people; of what is gone, its key. */
  name: z.string(),
});
export type CostRow = z.infer<typeof CostRow>;

/** What a model call counts for, and which attempt it is: with these its row in the ledger is made. */
export interface AccountedCall {
  /** Of the effect, and the number of its claim. */
  key: string;
  claims: number;
  agentId: Id;
  conversationId?: Id | undefined;
  /** Number of the turn. */
  turn?: number | undefined;
  circleId?: Id | undefined;
  runId?: Id | undefined;
  /** Nobody waits for it: at the limit of a budget it is left, and people are not asked to extend that. */
  isOptional?: boolean | undefined;
  /** Of the whole turn that it is a step of. */
  limits?: { tokens: number; usd: number } | undefined;
}

/** What one agent did in a conversation or a run. */
export const AgentSession = z.object({
  kind: z.enum(['conversation', 'run']),
  /** Of the conversation or the run. */
  subjectId: Id,
  /** Topic of the conversation, name of the pipeline; null: it is gone. */
  subject: z.string().nullable(),
  /** A model call or a turn of the agent is under way there. */
  running: z.boolean(),
  calls: z.number().int(),
  tokens: z.number().int(),
  costUsd: z.number(),
  startedAt: z.iso.datetime(),
  lastActiveAt: z.iso.datetime(),
});
export type AgentSession = z.infer<typeof AgentSession>;
