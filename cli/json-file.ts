import { readFile, rename, writeFile } from 'node:fs/promises';

import type { z } from 'zod';

import { hasCode } from './start/error-code.ts';

/** Reads a JSON file of ours; null when it is not there, or is not what the schema says (an older version's, a torn one). */
export async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Replaces a file in one step, so that a reader never sees half of it; only this user may read it. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
}
