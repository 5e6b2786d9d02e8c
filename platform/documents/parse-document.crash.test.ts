import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { afterEach, expect, it } from '@jest/globals';

import { eventually } from '../../testing/test-server.ts';

const PARSER = new URL('./parse-document.ts', import.meta.url).href;
/** Takes far longer than the test, whatever the machine. */
const WORKER = `
  const { parseDocument } = await import(${JSON.stringify(PARSER)});
  await parseDocument({ name: 'a.md', bytes: Buffer.from('>'.repeat(20_000_000)) });`;

let worker: ChildProcess | undefined;
afterEach(() => void worker?.kill('SIGKILL'));

const childOf = (pid: number): number => {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (child === undefined || child === '') throw new Error('it has no child yet');
  return Number(child);
};

/** In CPU time: it is in the parser, and no longer loading it. */
const isBusy = (pid: number): boolean => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]) > 300;
};

it('leaves no parser behind when its worker is killed, not even one that hangs', async () => {
  worker = spawn(process.execPath, ['--input-type=module', '--eval', WORKER], { stdio: 'ignore' });
  const pid = worker.pid ?? 0;
  const parser = await eventually(() => Promise.resolve(childOf(pid)));
  await eventually(() => {
    if (!isBusy(parser)) throw new Error('it is not at work yet');
    return Promise.resolve();
  });
  worker.kill('SIGKILL');
  await eventually(() => {
    expect(() => process.kill(parser, 0)).toThrow('ESRCH');
    return Promise.resolve();
  });
});
