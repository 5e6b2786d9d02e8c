import { setTimeout as sleep } from 'node:timers/promises';

import { isOutage } from '../../store/store-failure.ts';

const EVERY_MS = 250;
const LONGEST_MS = 90_000;

/**
 * Writes what was paid for, also while the database is away for a while: an effect that is done but not recorded would be
 * done again. Gives up when `signal` aborts, or after a minute and a half; the write must be safe to repeat.
 */
export async function persistently<Result>(
  write: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const end = performance.now() + LONGEST_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isOutage(error) || performance.now() > end) throw error;
      await sleep(EVERY_MS, undefined, { signal });
    }
  }
}
