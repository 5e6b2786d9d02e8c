import { describe, expect, it } from '@jest/globals';

import { citationsIn } from './citations.ts';

const passage = (number: number) => ({
  ...{ number, chunkId: `chunk ${number}`, documentId: 'document', documentName: 'handbook.md' },
  ...{ page: null, headings: [] },
});
const passages = [passage(2), passage(1), passage(11)];
const numbersIn = (text: string) => citationsIn(text, passages).map(({ number }) => number);

describe('what an answer cites', () => {
  it('is each passage whose number stands in it, once, in order', () => {
    expect(numbersIn('So it is [2]. And so [11, 2], also [1][2].')).toEqual([1, 2, 11]);
  });

  it('is no number that no search has given', () => {
    expect(numbersIn('Really [3] [999] [12345]')).toEqual([]);
    expect(citationsIn('Really [1]', [])).toEqual([]);
  });

  it('is nothing in code or in a link', () => {
    expect(numbersIn('`list[1]` and [2](https://example.com)\n```\na[11]\n```')).toEqual([]);
    expect(numbersIn('```\nopen [1]')).toEqual([]);
  });
});
