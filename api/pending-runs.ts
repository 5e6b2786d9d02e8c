import type { Logger } from '../platform/logger.ts';
import type { RunStarts } from '../store/run-starts.ts';
import { repeat } from './repeat.ts';
import type { RunStarter } from './run-starter.ts';

interface Dependencies {
  runStarts: Pick<RunStarts, 'findQueuedFor'>;
  runStarter: RunStarter;
  logger: Logger;
}

const EVERY_MS = 5_000;
const QUEUED_FOR_SECONDS = 10;
const AT_ONCE = 20;

/**
 * Starts again what was accepted and never began, because the engine was away or the process died in between. Any number of
 * processes may do it at the same time: the workflow's id makes it one.
 */
export function dispatchPendingRuns({ runStarts, runStarter, logger }: Dependencies): {
  stop(): Promise<void>;
} {
  const dispatch = async (): Promise<void> => {
    const pending = await runStarts.findQueuedFor(QUEUED_FOR_SECONDS, AT_ONCE);
    const started = await Promise.all(pending.map((run) => runStarter.start(run)));
    const count = started.filter(Boolean).length;
    if (count > 0) logger.info('runs that had been waiting were started again', { count });
  };
  return repeat(dispatch, { everyMs: EVERY_MS, logger, complaint: 'waiting runs could not be looked for' });
}
