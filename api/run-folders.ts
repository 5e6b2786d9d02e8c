import { cp, lstat, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Id } from '../contracts/ids.ts';

/** The folders that runs write their files into, below the home. */
export interface RunFolders {
  folderOf(runId: Id): string;
  /** Gives one run what another one has written, if anything. */
  copy(from: Id, to: Id): Promise<void>;
  /** Nothing happens where there is none. */
  remove(runId: Id): Promise<void>;
  /** Names of the folders that were last changed before an instant. */
  listOlderThan(instantMs: number): Promise<string[]>;
}

/** What is still being written: the end of the name says so. */
const PART = '.part';

export function createRunFolders(home: string): RunFolders {
  const all = resolve(home, 'runs');
  const folderOf = (runId: Id): string => join(all, runId);
  return {
    folderOf,
    async copy(from, to) {
      const whole = async (source: string): Promise<boolean> => {
        const entry = await lstat(source);
        return entry.isDirectory() || (entry.isFile() && !source.endsWith(PART));
      };
      await cp(folderOf(from), folderOf(to), { recursive: true, filter: whole }).catch(unlessAbsent);
    },
    remove: (runId) => rm(folderOf(runId), { recursive: true, force: true }),
    async listOlderThan(instantMs) {
      const names = (await readdir(all).catch(unlessAbsent)) ?? [];
      const old = await Promise.all(
        names.map(async (name) => {
          const entry = await lstat(join(all, name)).catch(unlessAbsent);
          return entry !== undefined && entry.mtimeMs < instantMs ? [name] : [];
        }),
      );
      return old.flat();
    },
  };
}

function unlessAbsent(error: unknown): undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')
    return undefined;
  throw error;
}
