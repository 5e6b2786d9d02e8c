import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { entriesOf } from './home-files.ts';

/** Where a backup is unpacked and checked. Once all of it is there, the folder is renamed, and the swap goes on whatever happens. */
export const UNPACKED = 'restore.partial';
const READY = 'restore.ready';
const CLEARED = 'restore.cleared';

/**
 * Puts what was unpacked into its place in the home, and what was there into a folder beside it.
 * @returns that folder; null where nothing was there
 */
export async function swapIn(home: string): Promise<string | null> {
  await rename(join(home, UNPACKED), join(home, READY));
  return finishRestore(home);
}

/**
 * Finishes a swap that a `kill -9` has interrupted; does nothing where there is none. For whoever holds the home's lock.
 * A half-swapped home would have one store of each house.
 */
export async function finishRestore(home: string): Promise<string | null> {
  let replaced: string | null = null;
  if (existsSync(join(home, READY))) {
    const entries = await entriesOf(home);
    if (entries.length > 0) {
      replaced = join(home, `before-restore-${new Date().toISOString().replaceAll(':', '-')}`);
      await moveInto(replaced, home, entries);
    }
    await rename(join(home, READY), join(home, CLEARED));
  }
  if (existsSync(join(home, CLEARED))) {
    const cleared = join(home, CLEARED);
    for (const name of await readdir(cleared)) await rename(join(cleared, name), join(home, name));
    await rmdir(cleared);
  }
  return replaced;
}

async function moveInto(folder: string, home: string, entries: readonly string[]): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  for (const name of entries) await rename(join(home, name), join(folder, name));
}
