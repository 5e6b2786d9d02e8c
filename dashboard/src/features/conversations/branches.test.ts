import { describe, expect, it } from '@jest/globals';

import type { Branch } from '../../../../contracts/conversation.ts';
import { AT } from '../../../testing/builders.ts';
import { alternativesAt, shows } from './branches.ts';

const branch = (number: number, parent: number | null, forkedAfter: number): Branch => ({
  branch: number,
  parent,
  forkedAfter,
  reason: parent === null ? 'start' : 'edit',
  createdBy: 'Ada',
  createdAt: AT,
});
/** 0: 1 2 3 4 5 · 1 leaves 0 after 2 · 2 leaves 1 after 4 · 3 leaves 1 after 2 · 4 leaves 0 after 2 */
const BRANCHES = [branch(0, null, 0), branch(1, 0, 2), branch(2, 1, 4), branch(3, 1, 2), branch(4, 0, 2)];

describe('what a branch shows', () => {
  it.each([
    [0, 0, 5, true],
    [1, 0, 2, true],
    [1, 0, 3, false],
    [1, 1, 3, true],
    [2, 1, 4, true],
    [2, 1, 5, false],
    [2, 0, 2, true],
    [2, 0, 3, false],
    [3, 1, 3, false],
    [0, 1, 3, false],
  ])('branch %i and the message of branch %i at %i: %s', (shown, of, sequence, expected) => {
    expect(shows(BRANCHES, shown, { branch: of, sequence })).toBe(expected);
  });

  it('is its own messages where it is not known yet', () => {
    expect(shows(BRANCHES, 9, { branch: 9, sequence: 3 })).toBe(true);
    expect(shows(BRANCHES, 9, { branch: 0, sequence: 1 })).toBe(false);
  });
});

describe('the alternatives at a place', () => {
  it.each([
    [0, 3, [0, 1, 3, 4], 0],
    [1, 3, [0, 1, 3, 4], 1],
    [4, 3, [0, 1, 3, 4], 3],
    [1, 5, [1, 2], 0],
    [2, 5, [1, 2], 1],
    [0, 2, [0], 0],
    [0, 5, [0], 0],
  ])('of branch %i at %i are %j', (of, sequence, branches, at) => {
    expect(alternativesAt(BRANCHES, { branch: of, sequence })).toEqual({ branches, at });
  });
});
