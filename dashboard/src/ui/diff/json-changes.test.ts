import { describe, expect, it } from '@jest/globals';

import { jsonChanges, sameJson } from './json-changes.ts';

describe('the differences of two values', () => {
  it('are named place by place, whatever the order of keys', () => {
    expect(jsonChanges({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 3, 4] }, a: 1 })).toEqual([
      { path: 'b.c.1', before: 2, after: 3 },
      { path: 'b.c.2', before: undefined, after: 4 },
    ]);
    expect(sameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  });

  it('are the whole value where its kind is another one', () => {
    expect(jsonChanges({ a: [1] }, { a: { 0: 1 } })).toEqual([{ path: 'a', before: [1], after: { 0: 1 } }]);
    expect(jsonChanges('x', undefined)).toEqual([{ path: '', before: 'x', after: undefined }]);
    expect(jsonChanges(null, null)).toEqual([]);
  });
});
