import type { Config } from '../../platform/config.ts';
import { type Home, openHome } from '../start/home.ts';
import { takeLock } from '../start/home-lock.ts';
import { awaitFormerProcesses } from '../start/process-register.ts';
import { StartError } from '../start/start-error.ts';
import { BackupError } from './backup-error.ts';
import { finishRestore } from './swap-in.ts';

/**
 * A house of which a part is elsewhere has no backup that is one unit.
 * @throws BackupError saying how it is done there
 */
export function refuseElsewhere(config: Config, what: 'backup' | 'restore'): void {
  const elsewhere = (['DATABASE_URL', 'TEMPORAL_ADDRESS'] as const).filter((name) => config[name]);
  if (elsewhere.length === 0) return;
  const database =
    what === 'backup'
      ? 'back up the database with `pg_dump --format=custom` and'
      : 'restore the database with `pg_restore` and';
  throw new BackupError(
    `${elsewhere.join(' and ')} ${elsewhere.length > 1 ? 'are' : 'is'} set: not everything is in the home folder. ` +
      `Stop API and workers, ${database} Temporal with the means of its own database, both at that moment, and keep SECRET_KEY ` +
      `and the folder runs/ of GATHERING_HOME (docs/operations.md).`,
  );
}

/**
 * Works in a home while nobody else does. What a supervisor that was killed has left is waited for.
 * @param folder made where it is not there
 * @param what said to whoever wants to start the house meanwhile
 * @throws BackupError when the house runs
 */
export async function holdingHome<T>(
  folder: string,
  what: string,
  onNote: (line: string) => void,
  work: (home: Home) => Promise<T>,
): Promise<T> {
  const home = await openHome(folder).catch((error: unknown) => {
    throw error instanceof StartError ? new BackupError(error.message, { cause: error.cause }) : error;
  });
  const taken = await takeLock(home.lock, what);
  if ('holder' in taken) {
    const { address, pid } = taken.holder;
    throw new BackupError(
      `The house in ${home.folder} is in use: ${address} (process ${pid}). Both stores have to stand still for this: ` +
        `end it first, by Ctrl-C in its terminal or \`kill ${pid}\`, and start it again afterwards. Runs wait meanwhile and lose nothing.`,
    );
  }
  try {
    await awaitFormerProcesses(home.processes, (names) =>
      onNote(`the last start was killed; waiting for what is left of it to end: ${names.join(', ')}`),
    );
    await finishRestore(home.folder);
    return await work(home);
  } finally {
    await taken.lock.release();
  }
}
