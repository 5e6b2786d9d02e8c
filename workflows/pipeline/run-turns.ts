import { CancellationScope, condition, patched } from '@temporalio/workflow';

import type { PipelineRun } from './run-state.ts';

/** Lets only so many nodes with an effect run at once in one workflow; the others wait, first come, first served. */
export interface Turns {
  /**
   * Does the work when it is its turn. Gives `not begun` where that does not come before the run drains; rejects when the caller's
   * cancellation scope is canceled before.
   */
  take<Result>(work: () => Promise<Result>): Promise<Result | 'not begun'>;
}

/** The engine takes 2,000 pending activities from one workflow, and is slow with more than these. */
const AT_ONCE = 500;

interface Waiting {
  begin: () => void;
  giveUp: () => void;
}

export function createTurns(run: PipelineRun): Turns {
  let free = AT_ONCE;
  const queue = new Set<Waiting>();

  const begin = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const release = (): void => {
      free += 1;
    };
    free -= 1;
    const working = work();
    // Beside it, so that whoever waits for the work hears of its end as soon as without turns.
    void working.then(release, release);
    return working;
  };

  const serve = async (): Promise<void> => {
    while (queue.size > 0) {
      await condition(() => queue.size === 0 || run.draining || (free > 0 && !run.pause.isPaused));
      for (const waiting of queue) {
        if (!run.draining && free <= 0) break;
        queue.delete(waiting);
        if (run.draining) waiting.giveUp();
        else waiting.begin();
      }
    }
  };

  const wait = <Result>(work: () => Promise<Result>): Promise<Result | 'not begun'> =>
    new Promise((resolve, reject) => {
      const scope = CancellationScope.current();
      const waiting: Waiting = {
        begin: () => resolve(scope.run(() => begin(work))),
        giveUp: () => resolve('not begun'),
      };
      scope.cancelRequested.catch(() => queue.delete(waiting));
      scope.cancelRequested.catch(reject);
      queue.add(waiting);
      if (queue.size === 1) void CancellationScope.nonCancellable(serve);
    });

  return {
    take: (work) => (free <= 0 && patched('so many nodes at once') ? wait(work) : begin(work)),
  };
}
