import { type Client, WorkflowNotFoundError } from '@temporalio/client';

import type { Id } from '../contracts/ids.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { WakeConversation } from '../platform/conversation-workflow.ts';
import type { Logger } from '../platform/logger.ts';
import type { createSignals, PendingSignal, PendingWake } from '../store/signals.ts';
import { repeat } from './repeat.ts';

interface Dependencies {
  client: Client;
  wakeConversation: WakeConversation;
  signals: ReturnType<typeof createSignals>;
  logger: Logger;
  /** Where `npm run chaos` kills the process. */
  failpoint: (name: 'signal.stored', key: string) => Promise<void>;
}

export interface SignalSender {
  /** Delivers what waits for the workflows of a run. What cannot be delivered now is tried again by the dispatcher; never rejects. */
  sendNow(runId: Id): Promise<void>;
  /** Wakes the workflows of conversations, where something waits for them; never rejects either. */
  wakeNow(conversationIds: readonly Id[]): Promise<void>;
  /** Stops the dispatcher; resolves once nothing is under way. */
  stop(): Promise<void>;
}

const EVERY_MS = 2_000;
const OLDER_THAN_SECONDS = 2;
const AT_ONCE = 50;
const TIMEOUT_MS = 5_000;

/**
 * Delivers the signals that transactions have left for workflows, now or, where the process died in between or the engine was
 * away, a little later. Any number of processes may do so at the same time: workflows take a signal twice as once.
 */
export function startSignalSender(dependencies: Dependencies): SignalSender {
  const { client, wakeConversation, signals, logger, failpoint } = dependencies;

  /** @returns whether it needs to wait no longer */
  const send = async ({ runId, workflowId, name, argument, ended }: PendingSignal): Promise<boolean> => {
    try {
      await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
        client.workflow.getHandle(workflowId).signal(name, argument),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      // A workflow that has ended needs no signal; a run's that has not begun gets it once it has.
      return ended || workflowId !== workflowIdOf.pipelineRun(runId);
    }
    return true;
  };

  const deliver = async (pending: readonly PendingSignal[]): Promise<void> => {
    // One after the other: a later one must not overtake an earlier one of the same run.
    for (const signal of pending) if (await send(signal)) await signals.deleteSignals([signal.id]);
  };

  // Their order is no matter, as each says up to where there is something to read.
  const wake = async (pending: readonly PendingWake[]): Promise<void> => {
    const deliverOne = async ({ conversation, revision, ids }: PendingWake): Promise<void> => {
      await wakeConversation(conversation, revision);
      await signals.deleteSignals(ids);
    };
    const failed = (await Promise.allSettled(pending.map(deliverOne))).find(
      (outcome) => outcome.status === 'rejected',
    );
    if (failed !== undefined) throw failed.reason;
  };

  const complaint = 'signals could not be delivered; they wait';
  const complain = (error: unknown): unknown => logger.warn(complaint, { error });
  const older = { olderThanSeconds: OLDER_THAN_SECONDS };
  const every = { everyMs: EVERY_MS, logger, complaint };
  const dispatchers = [
    repeat(async () => deliver(await signals.listSignals(older, AT_ONCE)), every),
    repeat(async () => wake(await signals.listWakes(older, AT_ONCE)), every),
  ];

  return {
    sendNow: async (runId) => {
      await failpoint('signal.stored', runId);
      await signals.listSignals({ runId }, AT_ONCE).then(deliver).catch(complain);
    },
    wakeNow: async (conversationIds) => {
      const [first] = conversationIds;
      if (first === undefined) return;
      await failpoint('signal.stored', first);
      await signals.listWakes({ conversationIds }, AT_ONCE).then(wake).catch(complain);
    },
    stop: async () => {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
    },
  };
}
