import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { z } from 'zod';

import { readJsonFile } from '../json-file.ts';
import { hasCode } from './error-code.ts';
import { processIdentity } from './process-identity.ts';

const Holder = z.object({ pid: z.number(), identity: z.string(), address: z.string() });
export type Holder = z.infer<typeof Holder>;

export interface Lock {
  release(): Promise<void>;
}

/** Removing a dead lock takes a millisecond; whoever has been at it for this long was killed meanwhile. */
const TAKE_OVER_LIMIT_MS = 5_000;

/**
 * Takes a lock file for this process. A lock whose process has ended, however it ended, is taken over.
 * @param address what the next one who comes is told
 * @returns the lock, or who holds it
 */
export async function takeLock(file: string, address: string): Promise<{ lock: Lock } | { holder: Holder }> {
  await mkdir(dirname(file), { recursive: true });
  const identity = (await processIdentity(process.pid)) ?? '';
  const own = `${file}.${process.pid}`;
  await writeFile(own, JSON.stringify({ pid: process.pid, identity, address } satisfies Holder), {
    mode: 0o600,
  });
  try {
    for (;;) {
      if (await linkNew(own, file)) return { lock: { release: () => rm(file, { force: true }) } };
      const holder = await livingHolder(file);
      if (holder !== null) return { holder };
      await removeDead(own, file);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** A link appears with its whole content, and only one of those who race can make it. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function livingHolder(file: string): Promise<Holder | null> {
  const holder = await readJsonFile(file, Holder);
  if (holder === null || holder.pid === process.pid) return null;
  return (await processIdentity(holder.pid)) === holder.identity ? holder : null;
}

/** One at a time, and looking again first: else a slow one would remove the lock that a faster one has just made. */
async function removeDead(own: string, file: string): Promise<void> {
  const takeOver = `${file}.take-over`;
  if (!(await linkNew(own, takeOver))) {
    const since = await stat(takeOver).catch(() => null);
    if (since !== null && Date.now() - since.ctimeMs > TAKE_OVER_LIMIT_MS)
      await rm(takeOver, { force: true });
    return wait(10);
  }
  try {
    if ((await livingHolder(file)) === null) await rm(file, { force: true });
  } finally {
    await rm(takeOver, { force: true });
  }
}

/** Writes a file that only this user may read, unless it is there already, and returns its content. */
export async function keepSecretFile(file: string, make: () => string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  await writeFile(own, make(), { mode: 0o600 });
  await linkNew(own, file);
  await rm(own);
  return (await readFile(file, 'utf8')).trim();
}
