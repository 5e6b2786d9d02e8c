import { expect, it } from '@jest/globals';

import { createSealer } from './sealed.ts';

const sealer = createSealer(Buffer.alloc(32, 1));

it('opens what it sealed, and never shows the text or repeats itself', () => {
  const first = sealer.seal('HOOK', 'tøp secret');
  expect(sealer.open('HOOK', first)).toBe('tøp secret');
  expect(first.includes('secret')).toBe(false);
  expect(sealer.seal('HOOK', 'tøp secret').equals(first)).toBe(false);
});

it('refuses another name, another key and changed bytes', () => {
  const sealed = sealer.seal('HOOK', 'text');
  const changed = Buffer.from(sealed);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => sealer.open('OTHER', sealed)).toThrow('another key, or was changed');
  expect(() => createSealer(Buffer.alloc(32, 2)).open('HOOK', sealed)).toThrow('another key, or was changed');
  expect(() => sealer.open('HOOK', changed)).toThrow('another key, or was changed');
  expect(() => sealer.open('HOOK', sealed.subarray(0, 20))).toThrow('not readable');
});

it('takes a key of 32 bytes only', () => {
  expect(() => createSealer(Buffer.alloc(16))).toThrow('32 bytes');
});
