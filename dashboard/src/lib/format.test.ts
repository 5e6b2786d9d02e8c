import { describe, expect, it } from '@jest/globals';

import { bytesText, costText, counted, durationText, relativeTime } from './format.ts';
import { safeReturnTo } from './paths.ts';
import { without } from './without.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

describe('words for figures', () => {
  it.each([
    [0, '< 1 ms'],
    [84.4, '84 ms'],
    [12_449, '12.4 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [2 * HOUR + 600 * SECOND, '2 h 10 min'],
    [-5, '< 1 ms'],
  ])('a duration of %d ms is %s', (ms, text) => expect(durationText(ms)).toBe(text));

  it.each([
    [3 * SECOND, 'just now'],
    [42 * SECOND, '42 s ago'],
    [61 * SECOND, '1 min ago'],
    [5 * HOUR, '5 h ago'],
    [30 * HOUR, 'yesterday'],
    [80 * HOUR, '3 days ago'],
    [-2 * SECOND, 'just now'],
  ])('%d ms before now is %s', (age, text) => expect(relativeTime(1e12 - age, 1e12)).toBe(text));

  it('gives small costs the digits that tell something', () => {
    expect([0, 0.00001, 0.0063, 1.239].map(costText)).toEqual(['$0', '< $0.0001', '$0.0063', '$1.24']);
  });

  it('counts in singular and plural, and sizes in their unit', () => {
    expect([counted(1, 'node'), counted(1200, 'node'), counted(2, 'entry', 'entries')]).toEqual([
      '1 node',
      '1,200 nodes',
      '2 entries',
    ]);
    expect([12, 3891, 200_000, 5_242_880].map(bytesText)).toEqual(['12 B', '3.8 KB', '195 KB', '5.0 MB']);
  });
});

describe('the way back after signing in', () => {
  it.each([
    ['/runs?status=failed', '/runs?status=failed'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    [null, '/'],
  ])('%s leads to %s', (wanted, path) => expect(safeReturnTo(wanted)).toBe(path));
});

describe('without', () => {
  it('leaves the original as it is', () => {
    const whole = { a: 1, b: 2 };
    expect(without(whole, 'a')).toEqual({ b: 2 });
    expect(whole).toEqual({ a: 1, b: 2 });
  });
});
