import { expect, it } from '@jest/globals';

import { createRestartPolicy } from './restart-policy.ts';

it('doubles the delay from 0.1 s to 10 s while a part keeps ending', () => {
  const policy = createRestartPolicy(() => 0);
  const delays = Array.from({ length: 9 }, () => {
    policy.serves();
    return policy.ended();
  });
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

it('begins anew once a part has served for a minute', () => {
  let now = 0;
  const policy = createRestartPolicy(() => now);
  policy.serves();
  policy.ended();
  policy.serves();
  now += 59_999;
  expect(policy.ended()).toBe(200);
  policy.serves();
  now += 60_000;
  expect(policy.ended()).toBe(100);
});

it('gives up after eight failed starts in a row, not after eight in all', () => {
  const policy = createRestartPolicy(() => 0);
  for (let start = 1; start < 8; start += 1) expect(policy.ended()).not.toBeNull();
  policy.serves();
  for (let start = 0; start < 8; start += 1) expect(policy.ended()).not.toBeNull();
  expect(policy.ended()).toBeNull();
});
