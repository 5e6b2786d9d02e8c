import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { DOCUMENT_LIMIT_BYTES } from '../contracts/knowledge.ts';
import type { MemoryScope } from '../contracts/memory.ts';
import { UsageError } from './usage-error.ts';

const HIDDEN = /(?:^|[\\/])(?:\.|node_modules(?:[\\/]|$))/;

/**
 * The files that paths name; of folders all that is in them, but for what is hidden and for installed packages.
 * @throws UsageError for a path that is not there, and where there is no file at all
 */
export async function listFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found === null) throw new UsageError(`There is no file "${path}".`);
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const inside = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    files.push(...inside.filter((file) => !HIDDEN.test(file.slice(path.length))).sort());
  }
  if (files.length === 0) throw new UsageError('There is no file to ingest.');
  return files;
}

/** What a file is uploaded as. @throws UsageError for one that is larger than a document may be */
export async function readFormOf(file: string, scope: MemoryScope): Promise<FormData> {
  const { size } = await stat(file);
  if (size > DOCUMENT_LIMIT_BYTES)
    throw new UsageError(`"${file}" is larger than ${String(DOCUMENT_LIMIT_BYTES)} bytes.`);
  const form = new FormData();
  form.set('scope', JSON.stringify(scope));
  form.set('file', new Blob([await readFile(file)]), basename(file));
  return form;
}
