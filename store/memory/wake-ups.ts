import { z } from 'zod';

import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';

/** A workflow of this schema that has to hear of what has changed up to a revision. */
const PendingWakeUp = z.object({
  id: z.string(),
  kind: z.enum(['document', 'space', 'conversation']),
  subject: z.string(),
  revision: z.number().int(),
});
export type PendingWakeUp = z.infer<typeof PendingWakeUp>;

/** Whom a wake-up is for. */
export type WakeUpSubject = Pick<PendingWakeUp, 'kind' | 'subject'>;

export type WakeUps = ReturnType<typeof createWakeUps>;

/**
 * Wake-ups that wait to be delivered. `memory.wake` writes them in the transaction that makes them necessary, so that none is lost when the
 * process dies right after; a workflow must take one twice as once.
 */
export function createWakeUps(pool: Queryable) {
  return {
    /** Those that have waited longest first; for one workflow, or for all. */
    listWakeUps(
      { of, olderThanSeconds = 0 }: { of?: WakeUpSubject; olderThanSeconds?: number },
      limit: number,
    ): Promise<readonly PendingWakeUp[]> {
      const mine =
        of === undefined ? sql.fragment`true` : sql.fragment`kind = ${of.kind} and subject = ${of.subject}`;
      return pool.any(sql.type(PendingWakeUp)`
        select id::text, kind, subject, revision from memory.wake_ups
        where ${mine} and created_at <= clock_timestamp() - make_interval(secs => ${olderThanSeconds})
        order by id limit ${limit}`);
    },

    /** Forgets one that was delivered, unless there is more to tell by now. */
    async deleteWakeUp({ id, revision }: Pick<PendingWakeUp, 'id' | 'revision'>): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        delete from memory.wake_ups where id = ${id} and revision <= ${revision}`);
    },
  };
}
