import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

import type { Failure } from '../../contracts/failure.ts';
import type { PipelineRun } from './run-state.ts';

export interface TimedOut {
  status: 'failed';
  error: Failure;
}

/**
 * Does some work, which is canceled at a deadline: then it has failed. Canceled from outside, it rejects.
 * @param deadlineMs in run time, which stands still while the run is paused; undefined: there is none
 */
export async function inTime<Result>(
  run: PipelineRun,
  deadlineMs: number | undefined,
  work: () => Promise<Result>,
): Promise<Result | TimedOut> {
  if (deadlineMs === undefined) return work();
  const done = await beforeDeadline(run, deadlineMs, work);
  if (done !== 'timed out') return done.result;
  return { status: 'failed', error: { type: 'TimedOut', message: 'It took longer than its timeout' } };
}

/** The same, for who tells a timeout from a failure. */
export async function beforeDeadline<Result>(
  run: PipelineRun,
  deadlineMs: number,
  work: () => Promise<Result>,
): Promise<{ result: Result } | 'timed out'> {
  const outside = CancellationScope.current();
  const clock = new CancellationScope();
  const inside = new CancellationScope();
  void clock
    .run(() => untilDeadline(run, deadlineMs))
    .then(
      () => inside.cancel(),
      () => undefined, // The work has ended first, or is canceled from outside as well.
    );
  try {
    return { result: await inside.run(work) };
  } catch (error) {
    if (!isCancellation(error) || outside.consideredCancelled) throw error;
    return 'timed out';
  } finally {
    clock.cancel();
  }
}

/** What the engine's UI calls the timer. */
const TIMEOUT = { summary: 'timeout' };

async function untilDeadline(run: PipelineRun, deadlineMs: number): Promise<void> {
  for (;;) {
    if (run.pause.isPaused) await condition(() => !run.pause.isPaused);
    const remainingMs = deadlineMs - run.nowMs;
    const isPaused = await condition(() => run.pause.isPaused, Math.max(1, remainingMs), TIMEOUT);
    if (!isPaused) return;
  }
}
