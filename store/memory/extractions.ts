import { z } from 'zod';

import { Agent } from '../../contracts/agent.ts';
import { Id } from '../../contracts/ids.ts';
import { json } from '../json.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { withinWalls } from './walls.ts';

/** `facts`: single statements; `episode`: the whole conversation told short. */
export const ExtractionKind = z.enum(['facts', 'episode']);
export type ExtractionKind = z.infer<typeof ExtractionKind>;

/** What is taken from the messages of a branch after one and up to another one. */
const Extraction = z.object({
  kind: ExtractionKind,
  branch: z.number(),
  after: z.number(),
  until: z.number(),
});
export type Extraction = z.infer<typeof Extraction>;

const Remembering = z.object({
  isEnded: z.boolean(),
  /** Whether they are for whom it would be remembered: then nothing is. */
  isGone: z.boolean(),
  circleId: Id.nullable(),
  topic: z.string(),
  /** The branch that the conversation goes on with, and the last sequence that it shows. */
  branch: z.number(),
  last: z.number(),
  /** Up to which message there is nothing to take any more. */
  factsUntil: z.number(),
  episodeUntil: z.number(),
  /** One that was begun and has not ended. */
  begun: Extraction.nullable(),
  /** Agents that have spoken and remember, who spoke last first. */
  rememberers: z.array(Agent.pick({ id: true, name: true, provider: true, model: true, memoryScopes: true })),
});
/** What is taken from a conversation by. */
export type Remembering = z.infer<typeof Remembering>;

/** Of one attempt at taking something from the messages of a branch up to one of them. */
export interface ExtractionAttempt {
  conversationId: Id;
  kind: ExtractionKind;
  branch: number;
  until: number;
  engineRunId: string;
  attempt: number;
}

/** The key of the effect. */
export const keyOfExtraction = ({ conversationId, kind, branch, until }: ExtractionAttempt): string =>
  `${conversationId}/remember/${kind}.${branch}.${until}`;

const ClaimRow = z.union([
  z.object({
    outcome: z.literal('claimed'),
    claims: z.number(),
    failures: z.number(),
    /** What a model has written for it already. */
    made: z.unknown(),
  }),
  z.object({ outcome: z.enum(['done', 'superseded']) }).transform(({ outcome }) => ({ outcome })),
]);
const Episode = z.object({
  id: Id,
  content: z.string(),
  /** The first message that it tells of. */
  from: z.number(),
});
const Held = z.object({ held: z.boolean() });

/** How an extraction ended, which its conversation is told. */
export type ExtractionEnd =
  | { status: 'done'; remembered: readonly { id: Id; kind: string; scope: string }[] }
  | { status: 'failed' | 'skipped'; reason: string };

export type Extractions = ReturnType<typeof createExtractions>;

/** What is taken from conversations: each piece once, however often its worker dies. */
export function createExtractions(pool: Pool) {
  const advance = (
    own: ExtractionAttempt,
    to: { status?: string; made?: unknown; told?: object },
  ): Promise<boolean> =>
    pool.oneFirst(sql.type(Held)`
      select memory.advance_extraction(
        ${keyOfExtraction(own)}, ${own.engineRunId}, ${own.attempt}, ${to.status ?? null}, ${json(to.made)}, ${json(to.told)}) as held`);

  return {
    /** Null where the conversation is gone. */
    findRemembering(conversationId: Id): Promise<Remembering | null> {
      return pool.oneFirst(sql.type(z.object({ scene: Remembering.nullable() }))`
        select memory.read_remembering(${conversationId}) as scene`);
    },

    /** The conversation told short, as it is remembered now; one, but for what people have made of it. */
    listEpisodes(conversationId: Id): Promise<readonly z.infer<typeof Episode>[]> {
      return withinWalls(pool, { kind: 'conversation', conversationId }, (walled) =>
        walled.any(sql.type(Episode)`
          select m.id, m.content, coalesce((m.messages ->> 'from')::integer, 1) as "from" from memory.memories m
          where m.conversation_id = ${conversationId} and m.kind = 'episode' and m.superseded_by is null
          order by m.created_at desc limit 10`),
      );
    },

    claim(own: ExtractionAttempt): Promise<z.infer<typeof ClaimRow>> {
      const row = {
        ...{ key: keyOfExtraction(own), conversation_id: own.conversationId, kind: own.kind },
        ...{ branch: own.branch, until: own.until, engine_run_id: own.engineRunId, attempt: own.attempt },
      };
      return pool.one(sql.type(ClaimRow)`
        select * from memory.claim_extraction(json_populate_record(null::memory.extractions, ${json(row)}))`);
    },

    /** Keeps what a model has written until it is remembered. @returns false when the attempt does not hold the claim any more */
    keep: (own: ExtractionAttempt, made: unknown): Promise<boolean> => advance(own, { status: 'made', made }),

    /** Counts a failed attempt that is followed by another one. @returns as `keep` */
    fail: (own: ExtractionAttempt): Promise<boolean> => advance(own, {}),

    /** @returns as `keep` */
    end(own: ExtractionAttempt, end: ExtractionEnd): Promise<boolean> {
      const { status } = end;
      if ('reason' in end)
        return advance(own, { status, told: { type: 'memory.skipped', data: { reason: end.reason } } });
      const told = { type: 'memory.remembered', data: { memories: end.remembered } };
      // What holds nothing new is no news.
      return advance(own, end.remembered.length === 0 ? { status } : { status, told });
    },
  };
}
