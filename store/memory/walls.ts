import { z } from 'zod';

import type { MemoryScopeKind } from '../../contracts/agent.ts';
import type { Id } from '../../contracts/ids.ts';
import { json } from '../json.ts';
import type { Queryable, Transaction } from '../pool.ts';
import { sql } from '../pool.ts';

/** Who looks at what is remembered; what they see follows from it, see `memory.enter` in migrations/0019. */
export type MemoryViewer =
  | { kind: 'person'; id: Id; role: string }
  /** An agent in a turn of a conversation. */
  | { kind: 'agent'; agentId: Id; conversationId: Id }
  /** The house, which remembers what was said in a conversation. */
  | { kind: 'conversation'; conversationId: Id }
  /** A run, or an agent in it. */
  | { kind: 'run'; runId: Id; agentId?: Id }
  /** The house itself: sees everything. Never for what a person or an agent asked for. */
  | { kind: 'house' };

declare const walled: unique symbol;
/** A transaction that sees what its viewer sees and nothing else: the database refuses the rest, whatever a query forgets. */
export type Walled = Transaction & { readonly [walled]: true };

/**
 * Lets `work` read and write the tables of `memory` as somebody sees them, in one transaction. Nothing but the schema `memory` is to be had
 * in it, nor afterwards where `pool` is an open transaction: then it is the last that is done in that. Keep it short: the embedded database
 * serves nobody else meanwhile.
 * @throws what Postgres says: `no_data_found` for a viewer that does not exist
 */
export function withinWalls<T>(
  pool: Queryable,
  viewer: MemoryViewer,
  work: (walled: Walled) => Promise<T>,
): Promise<T> {
  return pool.transaction(async (transaction) => {
    await transaction.query(sql.type(z.object({}))`select memory.enter(${json(viewer)})`);
    return work(transaction as Walled); // What makes it one is the line above.
  });
}

/**
 * Keeps there what something is to be remembered of and for, until the transaction has ended. Comes first in one that writes.
 * @throws what Postgres says: `no_data_found` where that is gone
 */
export async function holdPlace(
  walled: Walled,
  { kind, id, audience = null }: { kind: MemoryScopeKind; id: Id; audience?: Id | null | undefined },
): Promise<void> {
  await walled.query(sql.type(z.object({}))`
    select memory.hold_place(${kind}, ${id}, coalesce(${audience}::uuid, memory.audience_for(${kind}, ${id})))`);
}
