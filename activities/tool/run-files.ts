import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

import { GatheringFailure } from '../../contracts/failure.ts';
import { codeOf, isMissing, resolveInside } from './path-guard.ts';

export const MAX_FILE_BYTES = 5_000_000;
/** Ends the name of a file that is still being written; a kill may leave one behind. */
const PART = '.part';

/**
 * Writes a text file inside a run's folder, which is made when it is missing. The file appears whole or not at all, and
 * writing again under the same key gives the same file and removes what an interrupted attempt left.
 * @param key the idempotency key of the effect
 * @throws GatheringFailure `InvalidInput` for a bad path or a text that is too large, `Forbidden` for a path that leads out
 */
export async function writeRunFile(
  folder: string,
  { path, content, key }: { path: string; content: string; key: string },
): Promise<{ path: string; bytes: number }> {
  const bytes = Buffer.byteLength(content);
  if (bytes > MAX_FILE_BYTES) {
    throw new GatheringFailure(
      'InvalidInput',
      `The text has ${bytes} bytes; a file may have ${MAX_FILE_BYTES}`,
    );
  }
  await mkdir(folder, { recursive: true });
  const target = await resolveInside(folder, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, content, key);
  } catch (cause) {
    throw isInTheWay(cause)
      ? new GatheringFailure('InvalidInput', `"${path}" cannot be written: a file or folder is in its way`, {
          cause,
        })
      : cause;
  }
  return { path: relative(await realpath(folder), target), bytes };
}

async function replaceFile(target: string, content: string, key: string): Promise<void> {
  const ours = `.${basename(target).slice(0, 80)}.${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  const siblings = await readdir(dirname(target));
  const left = siblings.filter((name) => name.startsWith(ours) && name.endsWith(PART));
  await Promise.all(left.map((name) => rm(join(dirname(target), name), { force: true })));
  const part = join(dirname(target), `${ours}-${randomUUID()}${PART}`);
  const file = await open(part, 'wx');
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
  await rename(part, target).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause;
    throw new GatheringFailure('Unavailable', 'Another attempt is writing the same file', { cause });
  });
}

/**
 * The text of a file inside a run's folder.
 * @throws GatheringFailure `NotFound` (naming the files that there are), `InvalidInput` for a bad path and for what is no
 * text file or too large, `Forbidden` for a path that leads out
 */
export async function readRunFile(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const target = await resolveInside(folder, path);
  // Not blocking: a pipe that somebody put there would never open.
  const file = await open(target, constants.O_RDONLY | constants.O_NONBLOCK).catch(async (cause: unknown) => {
    if (NO_FILE.has(codeOf(cause))) throw notAFile(path, cause);
    if (!isMissing(cause)) throw cause;
    const names = await listRunFiles(folder);
    const there = names.length === 0 ? 'it is empty' : `it holds ${names.slice(0, 50).join(', ')}`;
    throw new GatheringFailure('NotFound', `There is no file "${path}" in the folder of the run; ${there}`, {
      cause,
    });
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw notAFile(path);
    if (stats.size > MAX_FILE_BYTES) {
      throw new GatheringFailure(
        'InvalidInput',
        `"${path}" has ${stats.size} bytes; ${MAX_FILE_BYTES} can be read`,
      );
    }
    return textOf(await file.readFile(), path);
  } finally {
    await file.close();
  }
}

/** What opening a socket or a device without a driver fails with. */
const NO_FILE: ReadonlySet<unknown> = new Set(['ENXIO', 'ENODEV', 'EISDIR']);

const notAFile = (path: string, cause?: unknown): GatheringFailure =>
  new GatheringFailure('InvalidInput', `"${path}" is not a file`, { cause });

function textOf(bytes: Buffer, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (cause) {
    throw new GatheringFailure('InvalidInput', `"${path}" is not a text file`, { cause });
  }
  throw new GatheringFailure('InvalidInput', `"${path}" is not a text file`);
}

/** Every finished file of a run's folder by its relative path, sorted; none when there is no folder. */
export async function listRunFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && !(entry.name.startsWith('.') && entry.name.endsWith(PART)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

const IN_THE_WAY: ReadonlySet<unknown> = new Set(['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY']);
const isInTheWay = (error: unknown): boolean => IN_THE_WAY.has(codeOf(error));
