import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { findDuplicateKey } from './duplicate-keys.ts';

it.each<[string, string | undefined]>([
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', undefined],
  ['{"a":1,"a":2}', 'a'],
  ['[0,{"x":{"k":"k","l":["k"],"k":1}}]', 'k'],
  [String.raw`{"a\"":1,"a\\":2,"\\":3}`, undefined],
  [String.raw`{"\u0061":1,"a":2}`, 'a'],
  [String.raw`{"a\\":"}{,","a\\":2}`, 'a\\'],
  ['{"a":"a","b":"a"}', undefined],
  ['"a"', undefined],
])('in %s is %s', (text, key) => {
  expect(findDuplicateKey(text)).toBe(key);
});

it('is never seen in what a program has written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findDuplicateKey(text)).toBeUndefined();
    }),
  );
});

it('is looked for as deep as one may nest', () => {
  const depth = 100_000;
  expect(findDuplicateKey(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toBeUndefined();
});
