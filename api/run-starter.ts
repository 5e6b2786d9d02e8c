import type { Client } from '@temporalio/client';

import { workflowIdOf } from '../contracts/place.ts';
import type { Logger } from '../platform/logger.ts';
import { withLogContext } from '../platform/logger.ts';
import { createRunWorkflowStart } from '../platform/run-workflow.ts';
import type { QueuedRun } from '../store/run-starts.ts';
import { createAtMost } from './at-most.ts';
import type { Precedence } from './precedence.ts';

export interface RunStarterDependencies {
  client: Client;
  taskQueue: string;
  logger: Logger;
  /** What goes before a start that nobody waits for: the acceptance of other runs. */
  acceptances: Pick<Precedence, 'afterwards'>;
  /** Where `npm run chaos` kills the process. */
  failpoint: (name: 'run.accepted' | 'run.starting', key: string) => Promise<void>;
}

export interface RunStarter {
  /**
   * Starts the workflow of an accepted run. Safe to repeat: its id is made of the run's, so there is one workflow and never a second.
   * False when the engine could not be reached; the run stays queued and the dispatcher starts it later.
   */
  start(run: QueuedRun): Promise<boolean>;
  /**
   * The same when it is its turn: what is stored is accepted, so whoever asked for the run need not wait for the engine, and those
   * who wait for their own acceptance go first.
   */
  startSoon(run: QueuedRun): void;
  /** Resolves once nothing of that is under way. */
  drained(): Promise<void>;
}

/** More at once make each one slower, and the requests beside them. */
const AT_ONCE = 4;
/** So long at most may a start wait for acceptances, however many come. */
const LET_PASS_MS = 300;

/** Starts the workflows of accepted runs, a few at a time. */
export function createRunStarter({
  client,
  taskQueue,
  logger,
  acceptances,
  failpoint,
}: RunStarterDependencies): RunStarter {
  const startWorkflow = createRunWorkflowStart(client, taskQueue);

  const start: RunStarter['start'] = (run) =>
    withLogContext({ runId: run.id, workflowId: workflowIdOf.pipelineRun(run.id) }, async () => {
      await failpoint('run.accepted', run.id);
      try {
        await startWorkflow(run);
      } catch (error) {
        logger.warn('the engine did not take a run; it stays queued', { error });
        return false;
      }
      await failpoint('run.starting', run.id);
      return true;
    });

  const inTurn = createAtMost(AT_ONCE);
  const underWay = new Set<Promise<unknown>>();

  return {
    start,
    startSoon(run) {
      const starting = acceptances
        .afterwards(LET_PASS_MS)
        .then(() => inTurn(() => start(run)))
        .catch((error: unknown) => logger.warn('a run could not be started; it stays queued', { error }))
        .finally(() => underWay.delete(starting));
      underWay.add(starting);
    },
    async drained() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
