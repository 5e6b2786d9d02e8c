import { createHash } from 'node:crypto';

/**
 * Numbers in [0, 1) that are the same for the same key on every machine: the 32-bit generator `mulberry32`, seeded with
 * the first bytes of the key's SHA-256. For dice and sampling, not for secrets.
 */
export const seededRandom = (key: string): (() => number) => {
  let state = createHash('sha256').update(key).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
