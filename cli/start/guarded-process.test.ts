import { resolve } from 'node:path';

import { expect, it } from '@jest/globals';

import { eventually } from '../../testing/test-server.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { spawnGuarded } from './guarded-process.ts';
import { processIdentity } from './process-identity.ts';

const MODULE = JSON.stringify(resolve(import.meta.dirname, 'guarded-process.ts'));

const node = (program: string, options: { graceMs?: number } = {}): Promise<GuardedProcess> =>
  spawnGuarded({ command: process.execPath, args: ['--input-type=module', '-e', program], ...options });

function firstLine({ child }: GuardedProcess): Promise<string> {
  return new Promise((resolveLine) =>
    child.stdout?.once('data', (chunk: Buffer) => resolveLine(chunk.toString().trim())),
  );
}

/** A process that starts a guarded one, says its pid and stays. */
async function parentOf(program: string, graceMs = 10_000) {
  const parent = await node(`
    const { spawnGuarded } = await import(${MODULE});
    const started = await spawnGuarded({
      command: process.execPath, args: ['-e', ${JSON.stringify(program)}], graceMs: ${String(graceMs)} });
    started.child.stdout.once('data', () => console.log(started.pid));
    setInterval(() => undefined, 1000);`);
  return { parent, pid: Number(await firstLine(parent)) };
}

const isGone = (pid: number): Promise<void> =>
  eventually(async () => {
    if ((await processIdentity(pid)) !== null) throw new Error(`process ${String(pid)} is still there`);
  });

it('ends when its parent is killed', async () => {
  const { parent, pid } = await parentOf(`console.log('up'); setInterval(() => undefined, 1000)`);
  expect(await processIdentity(pid)).not.toBeNull();
  await parent.kill9();
  await isGone(pid);
});

it('is killed after its grace when it does not listen', async () => {
  const { parent, pid } = await parentOf(
    `process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)`,
    300,
  );
  await parent.kill9();
  await isGone(pid);
});

it('stops in good order, and only then', async () => {
  const child = await node(`
    process.on('SIGTERM', () => process.exit(7));
    console.log('up');
    setInterval(() => undefined, 1000);`);
  await firstLine(child);
  await child.stop();
  expect(await child.exited).toEqual({ code: 7, signal: null });
});

it('is killed when it does not stop in time', async () => {
  const child = await node(`
    process.on('SIGTERM', () => undefined);
    console.log('up');
    setInterval(() => undefined, 1000);`);
  await firstLine(child);
  await child.stop(100);
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

it('has the pid that its parent sees, and its own exit code', async () => {
  const child = await node(`console.log(process.pid); process.exitCode = 3;`);
  expect(Number(await firstLine(child))).toBe(child.pid);
  expect(await child.exited).toEqual({ code: 3, signal: null });
});
