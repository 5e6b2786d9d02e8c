import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { checkBundle, hashOfSources, stampOf } from './bundle-sources.ts';

let root: string;
let bundle: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gathering-bundle-'));
  bundle = join(root, 'bundle.js');
  await mkdir(join(root, 'workflows/pipeline'), { recursive: true });
  await mkdir(join(root, 'contracts'));
  await write('workflows/pipeline/run.ts', 'export const run = 1;');
  await write('contracts/run.ts', 'export const Run = 1;');
  await writeFile(stampOf(bundle), `${await hashOfSources(root)}\n`);
});
afterEach(() => rm(root, { recursive: true }));

const write = (file: string, text: string): Promise<void> => writeFile(join(root, file), text);

it('takes a bundle that was built from the sources that are here', async () => {
  await checkBundle(bundle, root);
});

it.each([
  ['a workflow was changed', 'workflows/pipeline/run.ts'],
  ['a contract was changed', 'contracts/run.ts'],
  ['a file was added', 'contracts/more.ts'],
])('refuses a bundle where %s since, and says what to do', async (_, file) => {
  await write(file, 'export const changed = 2;');
  await expect(checkBundle(bundle, root)).rejects.toThrow(
    /bundle\.js is stale.*other sources.*npm run build/,
  );
});

it('refuses a bundle of which nobody knows the sources', async () => {
  await rm(stampOf(bundle));
  await expect(checkBundle(bundle, root)).rejects.toThrow('Nothing says from which sources');
});

it('takes no notice of what is not in the bundle', async () => {
  await write('workflows/run.test.ts', 'it("…")');
  await write('contracts/README.md', '# Contracts');
  await checkBundle(bundle, root);
});
