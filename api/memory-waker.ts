import type { Logger } from '../platform/logger.ts';
import type { WakeMemoryWorkflow } from '../platform/memory-workflows.ts';
import type { PendingWakeUp, WakeUps, WakeUpSubject } from '../store/memory/wake-ups.ts';
import { repeat } from './repeat.ts';

interface Dependencies {
  wakeMemoryWorkflow: WakeMemoryWorkflow;
  wakeUps: WakeUps;
  logger: Logger;
  /** Where `npm run chaos` kills the process. */
  failpoint: (name: 'signal.stored', key: string) => Promise<void>;
}

export interface MemoryWaker {
  /** Wakes the workflow of a document, a space or a conversation where something waits for it. Never rejects: later is as good. */
  wakeNow(of: WakeUpSubject): Promise<void>;
  /** Resolves once nothing is under way. */
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;
const OLDER_THAN_SECONDS = 1;
const AT_ONCE = 50;

/**
 * Delivers the wake-ups that transactions of the schema `memory` have left, now or, where the process died in between, the engine was away, or
 * it was a worker that left them, a little later. Any number of processes may do so at the same time.
 */
export function startMemoryWaker(dependencies: Dependencies): MemoryWaker {
  const { wakeMemoryWorkflow, wakeUps, logger, failpoint } = dependencies;

  const deliver = async (pending: readonly PendingWakeUp[]): Promise<void> => {
    const outcomes = await Promise.allSettled(
      pending.map(async (wakeUp) => {
        await wakeMemoryWorkflow(wakeUp);
        await wakeUps.deleteWakeUp(wakeUp);
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };

  const complaint = 'wake-ups for what is remembered could not be delivered; they wait';
  const dispatcher = repeat(
    async () => deliver(await wakeUps.listWakeUps({ olderThanSeconds: OLDER_THAN_SECONDS }, AT_ONCE)),
    { everyMs: EVERY_MS, logger, complaint },
  );

  return {
    wakeNow: async (of) => {
      await failpoint('signal.stored', of.subject);
      await wakeUps
        .listWakeUps({ of }, 1)
        .then(deliver)
        .catch((error: unknown) => logger.warn(complaint, { error }));
    },
    stop: () => dispatcher.stop(),
  };
}
