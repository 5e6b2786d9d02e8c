import { afterEach, expect, it } from '@jest/globals';

import { eventually } from '../../testing/test-server.ts';
import { spawnGuarded } from './guarded-process.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { superviseProcess } from './supervised-process.ts';

const SERVES = `console.log('ready'); setInterval(() => undefined, 1000)`;

/** Waits until it is true. */
const until = (isTrue: () => boolean): Promise<void> =>
  eventually(() => (isTrue() ? Promise.resolve() : Promise.reject(new Error('it is still not so'))));

let part: SupervisedProcess | undefined;
afterEach(() => part?.stop(1000));

/** Supervises programs, the first one at the first start and so on, the last one from then on. */
function supervise(...programs: string[]) {
  const notes: string[] = [];
  const pids: number[] = [];
  const delays: number[] = [];
  let givenUp: Error | undefined;
  part = superviseProcess({
    launch: () => {
      const program = programs[Math.min(pids.length, programs.length - 1)] ?? '';
      return spawnGuarded({ command: process.execPath, args: ['-e', program] });
    },
    awaitService: ({ printed }) => printed((line) => line === 'ready'),
    log: { line: () => undefined, note: (_level, message) => notes.push(message) },
    onStarted: (pid) => Promise.resolve(void pids.push(pid)),
    onGivenUp: (error) => (givenUp = error),
    policy: {
      serves: () => undefined,
      ended: () => {
        delays.push(1);
        return delays.length < 4 ? 1 : null;
      },
    },
  });
  return { part, notes, pids, reason: () => givenUp?.message };
}

it('comes back after it was killed, and says so', async () => {
  const { part: started, notes, pids } = supervise(SERVES);
  await started.start();
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await until(() => notes.includes('is back'));
  expect(notes[0]).toContain('ended by SIGKILL; starting it again in 0.001 s');
  expect(pids).toHaveLength(2);
});

it('starts again after a start that failed', async () => {
  const { part: started, notes } = supervise(`console.error('no luck'); process.exit(9)`, SERVES);
  await started.start();
  expect(notes[0]).toBe('ended with code 9; starting it again in 0.001 s');
});

it('gives up with the reason when it keeps failing at its first start', async () => {
  const { part: started } = supervise(`console.error('no luck'); process.exit(9)`);
  const failure = await started.start().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    message: expect.stringMatching(/again and again.*code 9/),
    cause: { message: 'no luck' },
  });
});

it('gives up with the reason when it does not come back', async () => {
  const { part: started, pids, reason } = supervise(SERVES, `process.exit(9)`);
  await started.start();
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await until(() => reason()?.includes('ended with code 9') === true);
});

it('stays ended once it was stopped, also in the middle of its start', async () => {
  const { part: started, pids } = supervise(`setInterval(() => undefined, 1000)`);
  const starting = started.start();
  await until(() => pids.length === 1);
  await started.stop(1000);
  await expect(starting).rejects.toThrow();
  expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH');
});
