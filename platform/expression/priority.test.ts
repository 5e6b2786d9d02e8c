import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';

import { expect, it } from '@jest/globals';

import { stepBehindOthers } from './priority.ts';

const prioritiesOf = (pid: number): number[] =>
  (process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid]).map(getPriority);

it('steps back with every thread of a process, those of the garbage collector too', async () => {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => undefined, 1_000)']);
  const { pid } = child;
  if (pid === undefined) throw new Error('node cannot be started');
  const exited = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    stepBehindOthers(pid);
    expect(new Set(prioritiesOf(pid))).toEqual(new Set([constants.priority.PRIORITY_BELOW_NORMAL]));
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
});

it('throws when the process has ended', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(() => stepBehindOthers(child.pid ?? 0)).toThrow();
});
