import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

import { processIdentity } from './process-identity.ts';

const Holder = z.object({ pid: z.number(), identity: z.string(), address: z.string() });
export type Holder = z.infer<typeof Holder>;

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock file for this process. A lock whose process has ended, however it ended, is taken over.
 * @param address what the next one who comes is told
 * @returns the lock, or who holds it
 */
export async function takeLock(file: string, address: string): Promise<{ lock: Lock } | { holder: Holder }> {
  await mkdir(dirname(file), { recursive: true });
  const content = JSON.stringify({ pid: process.pid, identity: (await processIdentity(process.pid)) ?? '', address });
  for (;;) {
    const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
      if (isCode(error, 'EEXIST')) return null;
      throw error;
    });
    if (handle !== null) {
      await handle.writeFile(content);
      await handle.close();
      return { lock: { release: () => rm(file, { force: true }) } };
    }
    const holder = await readHolder(file);
    if (holder !== null && holder.pid !== process.pid && (await processIdentity(holder.pid)) === holder.identity) {
      return { holder };
    }
    // Whoever renames the dead lock away goes on; the loser of that race finds no file and tries again.
    const aside = `${file}.${String(process.pid)}`;
    await rename(file, aside).catch((error: unknown) => {
      if (!isCode(error, 'ENOENT')) throw error;
    });
    await rm(aside, { force: true });
  }
}

/** A lock that was just made may still be empty: its writer is given a moment. */
async function readHolder(file: string): Promise<Holder | null> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return Holder.safeParse(parseJson(text)).data ?? null;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // A torn file is nobody's lock.
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Writes a file that only this user may read, unless it is there already, and returns its content. */
export async function keepSecretFile(file: string, make: () => string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, make(), { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
  return (await readFile(file, 'utf8')).trim();
}
