import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { spawnGuarded } from './guarded-process.ts';
import { keepSecretFile, takeLock } from './home-lock.ts';
import { processIdentity } from './process-identity.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-lock-'));
  file = join(folder, 'start.lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** Another process that takes the lock, says what it got, and stays. */
async function contender() {
  const program = `
    const { takeLock } = await import(${JSON.stringify(resolve(import.meta.dirname, 'home-lock.ts'))});
    const taken = await takeLock(${JSON.stringify(file)}, 'http://contender');
    console.log('lock' in taken ? 'taken' : 'refused by ' + taken.holder.pid);
    setInterval(() => undefined, 1000);`;
  const started = await spawnGuarded({
    command: process.execPath,
    args: ['--input-type=module', '-e', program],
  });
  const said = new Promise<string>((resolveSaid, reject) => {
    started.child.stdout?.once('data', (chunk: Buffer) => resolveSaid(chunk.toString().trim()));
    started.child.stderr?.once('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
  });
  return { ...started, said: await said };
}

it('is held by one of four that race for it, and the others are told by whom', async () => {
  const contenders = await Promise.all([contender(), contender(), contender(), contender()]);
  try {
    const holder = contenders.find(({ said }) => said === 'taken');
    const refused = contenders.filter((one) => one !== holder).map(({ said }) => said);
    expect(refused).toEqual(Array(3).fill(`refused by ${String(holder?.pid)}`));
  } finally {
    await Promise.all(contenders.map((one) => one.kill9()));
  }
});

it('tells the next one where the holder is', async () => {
  const holder = await contender();
  try {
    expect(await takeLock(file, 'http://me')).toEqual({
      holder: { pid: holder.pid, identity: await processIdentity(holder.pid), address: 'http://contender' },
    });
  } finally {
    await holder.kill9();
  }
});

it('is taken over by one of four when its holder was killed', async () => {
  await (await contender()).kill9();
  const contenders = await Promise.all([contender(), contender(), contender(), contender()]);
  try {
    expect(contenders.filter(({ said }) => said === 'taken')).toHaveLength(1);
  } finally {
    await Promise.all(contenders.map((one) => one.kill9()));
  }
});

it('is taken over when a later process has got the pid of its holder', async () => {
  await writeFile(
    file,
    JSON.stringify({ pid: process.ppid, identity: 'another start', address: 'http://gone' }),
  );
  expect(await takeLock(file, 'http://me')).toHaveProperty('lock');
});

it.each(['', '{"pid": 12', 'null'])('is taken over when its file is torn: %j', async (content) => {
  await writeFile(file, content);
  expect(await takeLock(file, 'http://me')).toHaveProperty('lock');
});

it('is free again once it was released', async () => {
  const first = await takeLock(file, 'http://me');
  if ('lock' in first) await first.lock.release();
  const next = await contender();
  await next.kill9();
  expect(next.said).toBe('taken');
});

it('keeps a secret as it was made first, readable by its owner only', async () => {
  const secret = join(folder, 'secret.key');
  expect(await keepSecretFile(secret, () => 'first')).toBe('first');
  expect(await keepSecretFile(secret, () => 'second')).toBe('first');
  expect(await readFile(secret, 'utf8')).toBe('first');
});
