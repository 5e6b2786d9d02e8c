import { z } from 'zod';

import { Agent } from '../contracts/agent.ts';
import { Id } from '../contracts/ids.ts';
import { Line, type Stretch } from './conversation-context.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const SummaryScene = z.object({
  /** Neither paused nor ended. */
  isOpen: z.boolean(),
  circleId: Id.nullable(),
  topic: z.string(),
  /** The one that the conversation goes on with, and the last sequence that it shows. */
  branch: z.number(),
  last: z.number(),
  speakers: z.array(Agent.pick({ id: true, provider: true, model: true })),
  summary: z.object({ text: z.string(), until: z.number() }).nullable(),
  /** A summary that was begun and has not ended. */
  begun: z.object({ branch: z.number(), until: z.number() }).nullable(),
});
/** What a summary is written by. */
export type SummaryScene = z.infer<typeof SummaryScene>;

/** Of one attempt at writing the summary of a branch up to a message. */
export interface SummaryAttempt {
  conversationId: string;
  branch: number;
  until: number;
  engineRunId: string;
  attempt: number;
}

/** The key of the effect. */
export const keyOfSummary = ({ conversationId, branch, until }: SummaryAttempt): string =>
  `${conversationId}/summary/${branch}.${until}`;

const ClaimRow = z.union([
  z.object({ outcome: z.literal('claimed'), claims: z.number(), failures: z.number() }),
  z.object({ outcome: z.enum(['done', 'superseded']) }).transform(({ outcome }) => ({ outcome })),
]);
const Held = z.object({ held: z.boolean() });

export type ConversationSummaries = ReturnType<typeof createConversationSummaries>;

/** Summaries of what no longer fits into prompts: each is written once. */
export function createConversationSummaries(pool: Queryable) {
  return {
    async getScene(conversationId: string): Promise<SummaryScene> {
      return pool.oneFirst(sql.type(z.object({ scene: SummaryScene }))`
        select conversation.read_summary_scene(${conversationId}) as scene`);
    },

    /** The first messages of a stretch, oldest first: as many as have so many characters together, at least one. */
    listFirstLines(
      { conversationId, branch, after, until }: Stretch,
      characters: number,
    ): Promise<readonly Line[]> {
      return pool.any(sql.type(Line)`
        select * from conversation.read_beginning(${conversationId}, ${branch}, ${after}, ${until}, ${characters})`);
    },

    claim(own: SummaryAttempt): Promise<z.infer<typeof ClaimRow>> {
      return pool.one(sql.type(ClaimRow)`
        select * from conversation.claim_summary(${own.conversationId}, ${keyOfSummary(own)}, ${own.engineRunId}, ${own.attempt})`);
    },

    /**
     * Ends an attempt: with what it gave, as failed for good, or as failed for this time.
     * @returns false when it does not hold the claim any more
     */
    end(
      own: SummaryAttempt,
      end: { result: { text: string; usage: unknown } } | { isFinal: boolean },
    ): Promise<boolean> {
      const result = 'result' in end ? end.result : undefined;
      const isFinal = 'result' in end || end.isFinal;
      return pool.oneFirst(sql.type(Held)`
        select conversation.end_summary(
          ${own.conversationId}, ${keyOfSummary(own)}, ${own.engineRunId}, ${own.attempt}, ${own.branch}, ${own.until}, ${json(result)}, ${isFinal}
        ) as held`);
    },

    async release(own: SummaryAttempt): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        select conversation.release_turn_effect(${own.conversationId}, ${keyOfSummary(own)}, ${own.engineRunId}, ${own.attempt})`);
    },
  };
}
