import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import { workflowIdOf } from '../contracts/place.ts';
import { RunStatus } from '../contracts/run.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** A run whose cancellation is not certain to have reached its workflow. */
const DueCancel = z.object({
  id: Id,
  /** Since it was asked for. */
  waitedSeconds: z.number(),
  ended: z.boolean(),
  /** Its workflow has told or done something, so it is there or has been. */
  begun: z.boolean(),
});
export type DueCancel = z.infer<typeof DueCancel>;

const Status = z.object({ status: RunStatus });

export type RunControls = ReturnType<typeof createRunControls>;

/** What people decide about a run that is under way. It is stored first, and then brought to the run's workflow. */
export function createRunControls(pool: Queryable) {
  return {
    /**
     * Tells `run.paused` or `run.resumed` and leaves a signal for the workflow, unless nothing is changed.
     * @returns the status of the run; one that has ended stays as it is
     */
    setPaused(id: Id, paused: boolean): Promise<RunStatus> {
      return pool.oneFirst(sql.type(Status)`
        select pipeline.set_paused(${id}, ${workflowIdOf.pipelineRun(id)}, ${paused}) as status`);
    },

    /** @returns the status of the run: a run that has not begun is canceled now, one that has ended stays as it is */
    requestCancel(id: Id): Promise<RunStatus> {
      return pool.oneFirst(sql.type(Status)`select pipeline.request_cancel(${id}) as status`);
    },

    /** Of one run, or of all, those first that have waited longest. */
    listDueCancels({ runId }: { runId?: Id }, limit: number): Promise<readonly DueCancel[]> {
      return pool.any(sql.type(DueCancel)`
        select
          id, extract(epoch from clock_timestamp() - cancel_requested_at)::double precision as "waitedSeconds",
          pipeline.is_ended(status) as ended, pipeline.has_begun(id) as begun
        from pipeline.runs
        where cancel_due and (${runId ?? null}::uuid is null or id = ${runId ?? null})
        order by cancel_requested_at limit ${limit}`);
    },

    /** Ends a run as canceled whose workflow does not. @returns the status that it has in the end */
    endCanceled(id: Id): Promise<RunStatus> {
      return pool.oneFirst(sql.type(Status)`select pipeline.end_canceled(${id}) as status`);
    },

    /** Nothing is left to be done for the cancellation. */
    async settleCancel(id: Id): Promise<void> {
      await pool.query(sql.type(z.object({}))`update pipeline.runs set cancel_due = false where id = ${id}`);
    },
  };
}
