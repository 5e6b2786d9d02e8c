import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { loadConfig } from '../../platform/config.ts';
import { openHome } from './home.ts';
import { takeHome } from './take-home.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-home-'));
});
afterEach(() => rm(folder, { recursive: true }));

const quiet = { line: () => undefined, note: () => undefined };
it('says which home folder cannot be used, and why', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(openHome(join(folder, 'file', 'home'))).rejects.toMatchObject({
    name: 'StartError',
    message: `The home folder ${join(folder, 'file', 'home')} (GATHERING_HOME) cannot be used.`,
    cause: { code: 'ENOTDIR' },
  });
});

it('does not call an address taken that this machine does not have', async () => {
  const home = await openHome(folder);
  const config = loadConfig({ API_HOST: '192.0.2.1', API_PORT: '0' }, folder);
  await expect(takeHome(home, config, quiet)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(
      /^Nothing can listen at port \d+ of 192\.0\.2\.1 \(API_PORT, API_HOST\)\.$/,
    ),
    cause: { code: 'EADDRNOTAVAIL' },
  });
  const again = await takeHome(home, loadConfig({ API_PORT: '0' }, folder), quiet);
  await again.lock.release();
});
