import { setTimeout as sleep } from 'node:timers/promises';

import { turnIdOf } from '../../contracts/place.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ConversationTurns } from '../../store/conversation-turns.ts';

/** Somebody wants the turn to end. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested';
}

export interface StopWatch {
  /** Works under a signal that aborts with `StopRequested` when the turn is to stop, or with the reason of `signal`. */
  during<Result>(
    turn: { conversationId: string; number: number; signal: AbortSignal },
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
}

export interface StopWatchDependencies {
  turns: Pick<ConversationTurns, 'listStopped'>;
  logger: Logger;
  /** Between two looks. */
  everyMs?: number;
}

/**
 * Hears of stops in this process: one query for all turns that are under way here, again and again, and none while there are none. It
 * is the same on every database, with one connection or with many.
 */
export function createStopWatch({ turns, logger, everyMs = 100 }: StopWatchDependencies): StopWatch {
  const watched = new Map<string, Set<AbortController>>();
  let isLooking = false;

  const look = async (): Promise<void> => {
    while (watched.size > 0) {
      try {
        for (const turn of await turns.listStopped([...watched.keys()]))
          for (const controller of watched.get(turn) ?? []) controller.abort(new StopRequested());
      } catch (error) {
        logger.warn('who is to stop cannot be seen at this moment', { error });
      }
      await sleep(everyMs);
    }
    isLooking = false;
  };

  return {
    during: async ({ conversationId, number, signal }, work) => {
      const turn = turnIdOf(conversationId, number);
      const controller = new AbortController();
      const controllers = watched.get(turn) ?? new Set();
      watched.set(turn, controllers.add(controller));
      if (!isLooking) {
        isLooking = true;
        void look();
      }
      try {
        return await work(AbortSignal.any([signal, controller.signal]));
      } catch (error) {
        signal.throwIfAborted();
        // Whatever went wrong after that did so because of it.
        controller.signal.throwIfAborted();
        throw error;
      } finally {
        controllers.delete(controller);
        if (controllers.size === 0) watched.delete(turn);
      }
    },
  };
}
