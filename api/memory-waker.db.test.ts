import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { MemoryWakeUp } from '../platform/memory-workflows.ts';
import { createWakeUps } from '../store/memory/wake-ups.ts';
import { type Pool, sql } from '../store/pool.ts';
import { withPool } from '../testing/shared-servers.ts';
import { eventually } from '../testing/test-server.ts';
import { type MemoryWaker, startMemoryWaker } from './memory-waker.ts';

const quiet = (): undefined => undefined;
const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };

describe.each(['postgres', 'pglite'] as const)('a wake-up on %s', (kind) => {
  let pool: Pool;
  withPool(kind, (opened) => {
    pool = opened;
  });
  const opened: MemoryWaker[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((waker) => waker.stop())));

  const wakerThat = (wakeMemoryWorkflow: (wakeUp: MemoryWakeUp) => Promise<void>): MemoryWaker => {
    const waker = startMemoryWaker({
      ...{ wakeMemoryWorkflow, wakeUps: createWakeUps(pool), logger, failpoint: () => Promise.resolve() },
    });
    opened.push(waker);
    return waker;
  };
  const wake = (subject: string, revision: number) =>
    pool.query(sql.type(z.object({}))`select memory.wake('document', ${subject}, ${revision}::bigint)`);
  const waiting = () => createWakeUps(pool).listWakeUps({}, 50);

  it('stands for all that has changed, and is forgotten once it is delivered', async () => {
    await wake('a', 2);
    await wake('a', 3);
    await wake('a', 1);
    const woken: number[] = [];
    const waker = wakerThat(({ revision }) => Promise.resolve(void woken.push(revision)));
    await waker.wakeNow({ kind: 'document', subject: 'a' });
    await waker.wakeNow({ kind: 'document', subject: 'a' });
    expect(woken).toEqual([3]);
    expect(await waiting()).toEqual([]);
  });

  it('waits on where there was more to tell while it was delivered', async () => {
    await wake('b', 1);
    const told: number[] = [];
    const waker = wakerThat(async ({ revision }) => {
      told.push(revision);
      if (revision === 1) await wake('b', 2);
    });
    await waker.wakeNow({ kind: 'document', subject: 'b' });
    await eventually(async () => {
      expect(await waiting()).toEqual([]);
      expect(told).toEqual([1, 2]);
    });
  });

  it('is delivered later where the engine is away, and keeps up no other', async () => {
    await wake('bad', 1);
    await wake('good', 1);
    let away = true;
    const told: string[] = [];
    const waker = wakerThat(({ subject }) => {
      if (away && subject === 'bad') return Promise.reject(new Error('the engine is away'));
      told.push(subject);
      return Promise.resolve();
    });
    await waker.wakeNow({ kind: 'document', subject: 'bad' });
    await eventually(() => {
      expect(told).toEqual(['good']);
      return Promise.resolve();
    });
    away = false;
    await eventually(async () => {
      expect(await waiting()).toEqual([]);
    });
    expect(told).toEqual(['good', 'bad']);
  });
});
