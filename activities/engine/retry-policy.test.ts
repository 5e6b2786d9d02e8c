import { expect, it } from '@jest/globals';

import { RetryPolicy } from '../../contracts/pipeline.ts';
import { retryAfter } from './retry-policy.ts';

const outage = { type: 'Unavailable', retryable: true, retryAfterMs: undefined } as const;

it.each([
  ['the first interval after the first failure', 1, {}, 1000],
  ['twice as long after the second', 2, {}, 2000],
  ['at most the longest interval', 9, { maximumAttempts: 20, maximumInterval: '5 seconds' }, 5000],
])('waits %s', (_what, failures, policy, delayMs) => {
  expect(retryAfter(outage, failures, RetryPolicy.parse(policy))).toEqual({ again: true, delayMs });
});

it('waits as long as the target says', () => {
  expect(retryAfter({ ...outage, retryAfterMs: 7000 }, 1)).toEqual({ again: true, delayMs: 7000 });
});

it.each([
  ['a target that says 0 seconds', { ...outage, retryAfterMs: 0 }, {}],
  ['an interval of less than a millisecond', outage, { initialInterval: '0.4ms' }],
])('tries again after %s', (_what, failure, policy) => {
  expect(retryAfter(failure, 1, RetryPolicy.parse(policy))).toEqual({ again: true, delayMs: 1 });
});

it.each([
  ['the allowed attempts are used up', outage, 3],
  ['the failure is final by its type', { ...outage, type: 'InvalidInput', retryable: false }, 1],
] as const)('gives up when %s', (_why, failure, failures) => {
  expect(retryAfter(failure, failures)).toEqual({ again: false });
});

it('asks a model that misses its schema three times at most', () => {
  const failure = { ...outage, type: 'BadAgentOutput' } as const;
  const policy = RetryPolicy.parse({ maximumAttempts: 10 });
  expect([retryAfter(failure, 2, policy).again, retryAfter(failure, 3, policy).again]).toEqual([true, false]);
});
