import { describe, expect, it } from '@jest/globals';

import { retryAfterMsOf } from './retry-after.ts';
import { failureOfStatus } from './status-failure.ts';

const NOW = Date.parse('2026-11-24T05:00:00Z');

describe('failureOfStatus', () => {
  it.each([
    [400, 'InvalidInput', false],
    [401, 'NotAuthenticated', false],
    [403, 'Forbidden', false],
    [404, 'NotFound', false],
    [408, 'Unavailable', true],
    [409, 'Unavailable', true],
    [410, 'NotFound', false],
    [422, 'InvalidInput', false],
    [429, 'Unavailable', true],
    [500, 'Unavailable', true],
    [503, 'Unavailable', true],
    [599, 'Unavailable', true],
  ])('says of %i: %s, retried: %s', (status, type, retried) => {
    const failure = failureOfStatus(status, {});
    expect(failure).toMatchObject({ type, retryable: retried, details: { status } });
  });

  it.each([200, 204, 302, 304])('has no failure for %i', (status) => {
    expect(failureOfStatus(status, {})).toBeUndefined();
  });

  it('carries the wait that the target asks for, and only where it is retried', () => {
    expect(failureOfStatus(429, { 'retry-after': '7' }, NOW)?.retryAfterMs).toBe(7000);
    expect(failureOfStatus(400, { 'retry-after': '7' }, NOW)?.retryAfterMs).toBeUndefined();
  });
});

describe('retryAfterMsOf', () => {
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after-ms': '250', 'retry-after': '3' }, 250],
    [{ 'retry-after': 'Tue, 24 Nov 2026 05:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 04:00:00 GMT' }, 0],
    [{ 'retry-after': '99999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '5 apples' }, undefined],
    [{}, undefined],
  ])('reads %j as %s', (headers, expected) => {
    expect(retryAfterMsOf(headers, NOW)).toBe(expected);
  });
});
