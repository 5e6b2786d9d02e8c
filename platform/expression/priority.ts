import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets every other process go before this one, from now on. On Linux each thread has a priority of its own, and the garbage
 * collector's would go on as before; threads to come inherit that of the one which starts them.
 * @throws when the process has ended, or the system does not let us
 */
export const stepBehindOthers = (pid: number): void => {
  const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
  for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
};
