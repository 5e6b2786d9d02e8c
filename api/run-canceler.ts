import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import type { Id } from '../contracts/ids.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { Logger } from '../platform/logger.ts';
import type { DueCancel, RunControls } from '../store/run-controls.ts';
import { repeat } from './repeat.ts';

interface Dependencies {
  client: Client;
  runControls: Pick<RunControls, 'listDueCancels' | 'endCanceled' | 'settleCancel'>;
  logger: Logger;
  /** How long a workflow may take to end by itself. */
  graceSeconds?: number;
}

export interface RunCanceler {
  /** Brings the cancellation of a run to its workflow; what does not succeed is tried again soon. Never rejects. */
  cancelNow(runId: Id): Promise<void>;
  /** Stops the dispatcher; resolves once nothing is under way. */
  stop(): Promise<void>;
}

const GRACE_SECONDS = 30;
const EVERY_MS = 2_000;
const AT_ONCE = 20;
const TIMEOUT_MS = 5_000;

/**
 * Cancels the workflows of runs that are to be canceled, and once more where the process died in between or the engine was away. A
 * run whose workflow does not end within the grace, since there is no worker or no engine, is ended without it; what is left of the
 * workflow is terminated. Any number of processes may do so at the same time.
 */
export function startRunCanceler({
  client,
  runControls,
  logger,
  graceSeconds = GRACE_SECONDS,
}: Dependencies): RunCanceler {
  /** @returns whether there was a workflow to do it to */
  const ask = async (runId: Id, verb: 'cancel' | 'terminate'): Promise<boolean> => {
    const handle = client.workflow.getHandle(workflowIdOf.pipelineRun(runId));
    try {
      await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
        verb === 'cancel' ? handle.cancel() : handle.terminate('it did not end when it was canceled'),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };

  const cancel = async ({ id, ended, begun, waitedSeconds }: DueCancel): Promise<void> => {
    if (waitedSeconds >= graceSeconds) {
      if (!ended) {
        const status = await runControls.endCanceled(id);
        logger.warn('a run did not end when it was canceled, and was ended without its workflow', {
          ...{ runId: id, status },
        });
      }
      await ask(id, 'terminate');
      await runControls.settleCancel(id);
      return;
    }
    const reached = await ask(id, 'cancel');
    // One that is about to be started is looked after until the grace is over.
    if (ended && (reached || begun)) await runControls.settleCancel(id);
  };

  const cancelAll = async (due: readonly DueCancel[]): Promise<void> => {
    const results = await Promise.allSettled(due.map(cancel));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  const complaint = 'runs could not be canceled; they wait';
  const dispatcher = repeat(async () => cancelAll(await runControls.listDueCancels({}, AT_ONCE)), {
    ...{ everyMs: EVERY_MS, logger, complaint },
  });

  return {
    cancelNow: (runId) =>
      runControls
        .listDueCancels({ runId }, 1)
        .then(cancelAll)
        .catch((error: unknown) => logger.warn(complaint, { error })),
    stop: () => dispatcher.stop(),
  };
}
