import type { Logger } from '../platform/logger.ts';
import type { Budgets } from '../store/budgets.ts';
import type { Ledger } from '../store/ledger.ts';
import { repeat } from './repeat.ts';

interface Dependencies {
  budgets: Pick<Budgets, 'listAnsweredRequests' | 'withdrawRequest'>;
  ledger: Pick<Ledger, 'loseOlderThan'>;
  logger: Logger;
}

export interface BudgetKeeper {
  /** Looks whether something that waits for a budget may go on; never rejects. */
  checkSoon(): void;
  stop(): Promise<void>;
}

const CHECK_EVERY_MS = 5_000;
const LOSE_EVERY_MS = 60_000;
/** Longer than a model call takes; one that does take longer is booked as what it was when it ends. */
const LOST_AFTER_MINUTES = 15;

/**
 * Lets go on what waited for a budget that has enough left by now: it was extended elsewhere, deleted, or another day has come. Books
 * attempts whose workers died and that nobody tried again. Any number of processes may do so at the same time.
 */
export function startBudgetKeeper({ budgets, ledger, logger }: Dependencies): BudgetKeeper {
  const complaint = 'budgets could not be looked at; they are again soon';
  const check = async (): Promise<void> => {
    for (const id of await budgets.listAnsweredRequests()) await budgets.withdrawRequest(id);
  };
  const lose = async (): Promise<void> => {
    const lost = await ledger.loseOlderThan(LOST_AFTER_MINUTES);
    if (lost > 0) logger.info('model calls of workers that died were booked as lost', { lost });
  };
  const checking = repeat(check, { everyMs: CHECK_EVERY_MS, logger, complaint });
  const losing = repeat(lose, { everyMs: LOSE_EVERY_MS, logger, complaint });
  let soon: Promise<void> = Promise.resolve();

  return {
    checkSoon: () => {
      soon = soon.then(check).catch((error: unknown) => logger.warn(complaint, { error }));
    },
    stop: async () => {
      await Promise.all([checking.stop(), losing.stop(), soon]);
    },
  };
}
