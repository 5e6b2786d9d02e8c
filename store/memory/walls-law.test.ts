import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['activities', 'api', 'cli', 'platform', 'store', 'worker', 'workflows'];
/** The tables that have walls, as SQL names them. */
const WALLED = /\bmemory\.(?:memories|knowledge_base|chunks|vectors|document_pieces|embeddable)\b(?!\.ts)/;
const SQL = /sql\.(?:type|fragment|unsafe)/;

async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

const files = (await Promise.all(FOLDERS.map(sourcesOf))).flat();
const contents = await Promise.all(
  files.map(async (file) => ({ file, text: await readFile(join(ROOT, file), 'utf8') })),
);
const naming = contents.filter(({ text }) => SQL.test(text) && WALLED.test(text));

it('names a walled table in one folder only', () => {
  expect(naming.map(({ file }) => file).filter((file) => !file.startsWith('store/memory/'))).toEqual([]);
  expect(naming.length).toBeGreaterThan(5);
});

/** Of a file that only has fragments, whoever uses them opens the walls. */
const readsOrWrites = ({ text }: { text: string }): boolean =>
  /\.(?:any|one|maybeOne|query|exists)\w*\(/.test(text);

it('is asked within the walls: by withinWalls, or by what takes a Walled transaction', () => {
  const outside = naming.filter(readsOrWrites).filter(({ text }) => !/\bwithinWalls\(|: Walled\b/.test(text));
  expect(outside.map(({ file }) => file)).toEqual([]);
});

it('is never asked by the pool itself in those files', () => {
  const bare = naming.flatMap(({ file, text }) =>
    [...text.matchAll(/\bpool\s*\.\s*(?:any|one|maybeOne|query|exists)\w*\(\s*sql\.type\([^`]*\)`([^`]*)`/g)]
      .filter(([, query = '']) => WALLED.test(query))
      .map(() => file),
  );
  expect(bare).toEqual([]);
});
