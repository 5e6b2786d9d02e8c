import { expect, test } from '@jest/globals';

import { ndcg } from './ndcg.ts';

test('the best order is 1, nothing found is 0', () => {
  expect(ndcg([2, 1, 1, 0, 0], [1, 2, 1])).toBe(1);
  expect(ndcg([0, 0, 0], [2, 1])).toBe(0);
});

test('what comes later counts for less: by the logarithm of its place', () => {
  expect(ndcg([0, 2], [2])).toBeCloseTo(1 / Math.log2(3));
  expect(ndcg([1, 2], [2, 1])).toBeCloseTo((1 + 2 / Math.log2(3)) / (2 + 1 / Math.log2(3)));
});

test('what stands behind the tenth place does not count, neither in the results nor in the best order', () => {
  expect(ndcg([...Array<number>(10).fill(0), 2], [2])).toBe(0);
  expect(ndcg(Array<number>(10).fill(1), Array<number>(30).fill(1))).toBe(1);
});
