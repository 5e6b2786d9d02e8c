import { condition, setHandler } from '@temporalio/workflow';

import { setPausedSignal } from '../messages.ts';
import type { PipelineRun } from './run-state.ts';

/** Takes the signals of people who pause and resume. Every workflow that runs nodes listens from its beginning. */
export function listenForPauses(run: PipelineRun): void {
  setHandler(setPausedSignal, (notice) => void run.pause.hear(notice, Date.now()));
}

/**
 * Makes what a graph that holds because its run is paused is watched with: called as often as it likes, it says once that the pause
 * is over or that the run drains. A cancellation is said too, since nothing else may be there to notice it.
 */
export function createPauseWatch(
  run: PipelineRun,
  { over, broken }: { over: () => void; broken: (error: unknown) => void },
): () => void {
  let isWatched = false;
  return () => {
    if (isWatched) return;
    isWatched = true;
    void condition(() => !run.pause.isPaused || run.draining).then(() => {
      isWatched = false;
      over();
    }, broken);
  };
}
