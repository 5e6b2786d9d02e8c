import { z } from 'zod';

import { Id } from './ids.ts';
import { Problem } from './problem.ts';
import type { RunStatus } from './run.ts';
import { RunSearch } from './run-search.ts';

export const RESTARTED_STATUSES: readonly RunStatus[] = ['failed', 'timed_out', 'canceled'];

/** Restarts every run that fits and was not restarted yet, each from where it failed; at most 200 a call, the newest first. */
export const RestartRuns = z.strictObject({
  /** Without `status`: those that failed, timed out or were canceled. */
  filter: RunSearch.refine(({ status = [] }) => status.every((one) => RESTARTED_STATUSES.includes(one)), {
    path: ['status'],
    error: `may be ${RESTARTED_STATUSES.join(', ')}`,
  }).prefault({}),
});
export type RestartRuns = z.infer<typeof RestartRuns>;

export const RestartedRuns = z.object({
  items: z.array(
    z.union([
      z.object({ runId: Id, newRunId: Id }),
      z.object({ runId: Id, problem: Problem.omit({ requestId: true }) }),
    ]),
  ),
  /** There are more than one call takes. */
  more: z.boolean(),
});
export type RestartedRuns = z.infer<typeof RestartedRuns>;
