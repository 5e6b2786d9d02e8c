import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { repeat } from './repeat.ts';

const logger = { error: jest.fn(), warn: jest.fn(), info: jest.fn(), debug: jest.fn() };
const given = { everyMs: 1_000, logger, complaint: 'it went wrong' };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('repeated work', () => {
  it('is not begun again while it is under way, and waited for at the stop', async () => {
    const ends: (() => void)[] = [];
    const job = repeat(() => new Promise((resolve) => ends.push(resolve)), given);
    await jest.advanceTimersByTimeAsync(3_500);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ends).toHaveLength(2);
    let stopped = false;
    const stop = job.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(5_000);
    expect([ends.length, stopped]).toEqual([2, false]);
    ends[1]?.();
    await stop;
  });

  it('goes on after what went wrong, which is told', async () => {
    let times = 0;
    const job = repeat(() => {
      times += 1;
      return Promise.reject(new Error('away'));
    }, given);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(times).toBe(2);
    expect(logger.warn).toHaveBeenCalledWith('it went wrong', { error: new Error('away') });
    await job.stop();
  });
});
