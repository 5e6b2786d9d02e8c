import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import { createAgents } from './agents.ts';
import { createApprovals } from './approvals.ts';
import { createCircles } from './circles.ts';
import { createConversationBranches } from './conversation-branches.ts';
import { createConversationMessages } from './conversation-messages.ts';
import { createConversations } from './conversations.ts';
import { createMemoryWrites } from './memory/memory-writes.ts';
import { createPipelines } from './pipelines.ts';
import type { Pool, Queryable, Transaction } from './pool.ts';
import { sql } from './pool.ts';
import { createUsers } from './users.ts';

/** What makes two requests the same one: who sent it, where to, under which key; `bodyHash` tells a misused key. */
export interface IdempotencyClaim {
  principal: string;
  route: string;
  key: string;
  bodyHash: string;
  /** The HTTP status that it is answered with, each time. */
  status: number;
}

/** A thing that was made by this call, or the id of the one that an earlier call with the same key made. */
export type Once<T> = { replayed: false; id: Id; value: T } | { replayed: true; id: Id };

/** The aggregates whose rows people make by hand, or decide on, within one transaction. */
export type Definitions = ReturnType<typeof definitionsOf>;
const definitionsOf = (transaction: Transaction) => ({
  agents: createAgents(transaction),
  approvals: createApprovals(transaction),
  circles: createCircles(transaction),
  conversations: createConversations(transaction),
  conversationMessages: createConversationMessages(transaction),
  conversationBranches: createConversationBranches(transaction),
  memories: createMemoryWrites(transaction),
  pipelines: createPipelines(transaction),
  users: createUsers(transaction),
});

export function createIdempotency(pool: Pool) {
  return {
    /** @throws GatheringFailure Conflict when the key was used with another body */
    findEarlier: (claim: IdempotencyClaim): Promise<Id | null> => findRecordedId(pool, claim),

    /**
     * Makes a thing by `attempt`, or gives the one that its key made before, where the attempt is refused: what was right then need
     * not be now, and the caller only asks what became of it.
     * @throws GatheringFailure Conflict when the key was used with another body; else whatever `attempt` throws
     */
    async orEarlier<T>(
      claim: IdempotencyClaim | undefined,
      attempt: () => Promise<T>,
    ): Promise<T | { replayed: true; id: Id }> {
      try {
        return await attempt();
      } catch (error) {
        const isRefusal = error instanceof GatheringFailure && !error.retryable;
        const id = isRefusal && claim !== undefined ? await findRecordedId(pool, claim) : null;
        if (id === null) throw error;
        return { replayed: true, id };
      }
    },

    /**
     * Makes a thing, under the id that it is handed, once for each key, in one transaction with the record of the key. A concurrent call with the same key waits for
     * the first one; when that fails, nothing was done and the waiting one is the first.
     * @throws GatheringFailure Conflict when the key was used with another body; whatever `make` throws
     */
    async once<T>(
      claim: IdempotencyClaim | undefined,
      make: (definitions: Definitions, id: Id) => Promise<T>,
    ): Promise<Once<T>> {
      const id = uuid();
      const made = await pool.transaction(async (transaction) => {
        if (claim !== undefined && !(await claimKey(transaction, claim, id))) return undefined;
        return { value: await make(definitionsOf(transaction), id) };
      });
      if (made !== undefined) return { replayed: false, id, value: made.value };
      if (claim === undefined) throw new TypeError('only a claim can have been refused');
      return { replayed: true, id: await recordedId(pool, claim) };
    },
  };
}

async function claimKey(transaction: Transaction, claim: IdempotencyClaim, id: Id): Promise<boolean> {
  const { rowCount } = await transaction.query(sql.type(z.object({}))`
    insert into public.idempotency_keys (principal, route, key, body_hash, status, resource_id)
    values (${claim.principal}, ${claim.route}, ${claim.key}, ${claim.bodyHash}, ${claim.status}, ${id})
    on conflict do nothing`);
  return rowCount === 1;
}

/**
 * The id of what a key made; null when it made nothing.
 * @throws GatheringFailure Conflict when the key was used with another body
 */
export async function findRecordedId(pool: Queryable, claim: IdempotencyClaim): Promise<Id | null> {
  const Recorded = z.object({ id: Id, bodyHash: z.string() });
  const recorded = await pool.maybeOne(sql.type(Recorded)`
    select resource_id as id, body_hash as "bodyHash" from public.idempotency_keys
    where principal = ${claim.principal} and route = ${claim.route} and key = ${claim.key}`);
  if (recorded === null) return null;
  if (recorded.bodyHash !== claim.bodyHash) {
    throw new GatheringFailure('Conflict', 'This Idempotency-Key was used with another body before.');
  }
  return recorded.id;
}

/** The id of what a key made that is known to be taken. @throws GatheringFailure Conflict when it was used with another body */
export async function recordedId(pool: Queryable, claim: IdempotencyClaim): Promise<Id> {
  const id = await findRecordedId(pool, claim);
  if (id === null) throw new TypeError('a key that is taken has made something');
  return id;
}
