import { expect, it } from '@jest/globals';

import { sentencesOf } from './sentences.ts';

it('does not take the end of an abbreviation for the end of a sentence', () => {
  expect(sentencesOf('Dr. Ada came, e.g. Tuesday.  She left.')).toEqual([
    'Dr. Ada came, e.g. Tuesday.',
    'She left.',
  ]);
});

it('takes a text without full stops in pieces and loses nothing of it', () => {
  const text = 'word '.repeat(3_000).trim();
  const pieces = sentencesOf(text);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(500);
  expect(pieces.join(' ')).toBe(text);
});

it('cuts a text without any space too', () => {
  expect(sentencesOf('x'.repeat(1_200)).map((piece) => piece.length)).toEqual([500, 500, 200]);
});
