import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { z } from 'zod';

import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { hasCode } from './error-code.ts';
import { processIdentity } from './process-identity.ts';

const Registered = z.record(z.string(), z.object({ pid: z.number().int(), identity: z.string() }));
const END_WITHIN_MS = 15_000;

/** Which processes a supervisor has started, kept in the home for the next one in case this one is killed. */
export interface ProcessRegister {
  add(name: string, pid: number): Promise<void>;
  clear(): Promise<void>;
}

export function createProcessRegister(file: string): ProcessRegister {
  const processes: z.infer<typeof Registered> = {};
  let writing = Promise.resolve();
  return {
    add: async (name, pid) => {
      const identity = await processIdentity(pid);
      if (identity === null) return; // It has ended already.
      processes[name] = { pid, identity };
      writing = writing.then(() => writeJsonFile(file, processes));
      await writing;
    },
    clear: async () => {
      await writing;
      await rm(file, { force: true });
    },
  };
}

/**
 * Waits until the processes of a supervisor that was killed are gone: they end by themselves, in good order, and a second
 * server on their files would do harm. Those that do not are killed.
 * @param onWait told their names when there is something to wait for
 */
export async function awaitFormerProcesses(file: string, onWait: (names: string[]) => void): Promise<void> {
  const former = Object.entries((await readJsonFile(file, Registered)) ?? {});
  const living = async () => {
    const alive = await Promise.all(
      former.map(async ([, { pid, identity }]) => (await processIdentity(pid)) === identity),
    );
    return former.filter((_, index) => alive[index]);
  };
  const end = performance.now() + END_WITHIN_MS;
  let said = false;
  for (let left = await living(); left.length > 0; left = await living()) {
    if (!said) onWait(left.map(([name]) => name));
    said = true;
    if (performance.now() > end) for (const [, { pid }] of left) kill(pid);
    await wait(50);
  }
  await rm(file, { force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error; // It has just ended.
  }
}
