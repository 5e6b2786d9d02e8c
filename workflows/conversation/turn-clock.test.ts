import { expect, it } from '@jest/globals';

import { createTurnClock } from './turn-clock.ts';

it('stands still while something is waited for, however many wait at once', async () => {
  let nowMs = 1_000;
  const clock = createTurnClock(() => nowMs);
  const [one, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  nowMs = 1_500;
  const first = clock.standStill(() => one.promise);
  nowMs = 5_000;
  const second = clock.standStill(() => other.promise);
  expect(clock.now()).toBe(1_500);
  one.resolve('yes');
  expect(await first).toBe('yes');
  nowMs = 9_000;
  expect(clock.now()).toBe(1_500);
  other.reject(new Error('no'));
  await expect(second).rejects.toThrow('no');
  nowMs = 9_250;
  expect(clock.now()).toBe(1_750);
});
