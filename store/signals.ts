import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import { Json } from '../contracts/json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** A signal that a transaction has made necessary and that the engine has not taken yet. */
const PendingSignal = z.object({
  id: z.string(),
  runId: Id,
  workflowId: z.string(),
  name: z.string(),
  argument: Json,
  /** Its run has ended. */
  ended: z.boolean(),
});
export type PendingSignal = z.infer<typeof PendingSignal>;

/**
 * Signals to workflows that wait to be delivered. SQL functions write them into `pipeline.signals` together with what they are
 * about, so that none is lost when the process dies right after; a receiver must take one twice as once.
 */
export function createSignals(pool: Queryable) {
  return {
    /** Oldest first; of one run, or of all that have begun: others may have no workflow yet. */
    listSignals(
      { runId, olderThanSeconds = 0 }: { runId?: Id; olderThanSeconds?: number },
      limit: number,
    ): Promise<readonly PendingSignal[]> {
      return pool.any(sql.type(PendingSignal)`
        select s.id::text, s.run_id as "runId", s.workflow_id as "workflowId", s.name, s.argument, pipeline.is_ended(r.status) as ended
        from pipeline.signals s join pipeline.runs r on r.id = s.run_id
        where (${runId ?? null}::uuid is null or s.run_id = ${runId ?? null})
          and (${runId ?? null}::uuid is not null or pipeline.is_ended(r.status) or pipeline.has_begun(r.id))
          and s.created_at <= clock_timestamp() - make_interval(secs => ${olderThanSeconds})
        order by s.id limit ${limit}`);
    },

    async deleteSignals(ids: readonly string[]): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        delete from pipeline.signals where id = any(${sql.array([...ids], 'int8')})`);
    },
  };
}
