import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';

import { watchSilence } from './silence.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const come = async (source: PassThrough): Promise<void> => {
  source.write('a');
  await new Promise((resolve) => setImmediate(resolve));
};

it('is told once nothing has come for so long, however long something kept coming', async () => {
  const source = new PassThrough();
  const tell = jest.fn();
  watchSilence(source, 1_000, tell);
  for (let n = 0; n < 5; n++) {
    jest.advanceTimersByTime(900);
    await come(source);
  }
  expect(tell).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1_000);
  expect(tell).toHaveBeenCalledTimes(1);
});

it('is not told after the watch has ended', () => {
  const tell = jest.fn();
  watchSilence(new PassThrough(), 1_000, tell)();
  jest.advanceTimersByTime(5_000);
  expect(tell).not.toHaveBeenCalled();
});
