import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

import { UsageError } from './usage-error.ts';

/**
 * Reads a text; `-` is the standard input.
 * @throws UsageError when it cannot be read, is binary or is not UTF-8
 */
export async function readText(path: string): Promise<string> {
  const name = path === '-' ? 'The standard input' : path;
  const bytes = await (path === '-' ? buffer(process.stdin) : readFile(path)).catch((error: unknown) => {
    throw new UsageError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (bytes.includes(0)) throw new UsageError(`${name} is binary. A text is wanted.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${name} is not UTF-8 text. Save it as UTF-8 first.`, { cause: error });
  }
}
