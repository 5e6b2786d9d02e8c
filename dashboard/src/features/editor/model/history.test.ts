import { describe, expect, it } from '@jest/globals';

import { amend, beginHistory, redo, step, undo } from './history.ts';

const typed = (texts: readonly [string, number][], field: string | null) =>
  texts.reduce((history, [text, at]) => step(history, text, at, field), beginHistory(''));

describe('history', () => {
  it('goes back and forth over every step', () => {
    const two = step(step(beginHistory('a'), 'b', 0), 'c', 1);
    expect(undo(two).present).toBe('b');
    expect(undo(undo(two)).present).toBe('a');
    expect(redo(undo(two)).present).toBe('c');
  });

  it('stays where it is at either end', () => {
    const begun = beginHistory('a');
    expect(undo(begun)).toBe(begun);
    expect(redo(begun)).toBe(begun);
  });

  it('takes quick typing in one field as one step, and begins another after a pause', () => {
    const history = typed(
      [
        ['t', 0],
        ['te', 200],
        ['tea', 400],
        ['teas', 5_000],
      ],
      'name',
    );
    expect(undo(history).present).toBe('tea');
    expect(undo(undo(history)).present).toBe('');
  });

  it('keeps changes apart that are to no field or to another', () => {
    const history = step(step(step(beginHistory('a'), 'b', 0, 'x'), 'c', 1, 'y'), 'd', 2, null);
    expect(history.past).toEqual(['a', 'b', 'c']);
  });

  it('begins a new step after an undo, and forgets what was undone', () => {
    const history = step(undo(typed([['t', 0]], 'name')), 'n', 10, 'name');
    expect(history.past).toEqual(['']);
    expect(history.future).toEqual([]);
  });

  it('amends the present without a step', () => {
    const history = amend(step(beginHistory('a'), 'b', 0), 'B');
    expect(history.present).toBe('B');
    expect(undo(history).present).toBe('a');
  });

  it('takes nothing for a step that changes nothing', () => {
    const begun = beginHistory('a');
    expect(step(begun, 'a', 0)).toBe(begun);
  });
});
