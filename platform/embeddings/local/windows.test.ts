import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { WINDOW_CHARACTERS, WINDOW_TOKENS, windowsOf } from './windows.ts';

/** A token for each four characters begun, and one for the beginning of the word. */
const countTokens = (word: string): number => 1 + Math.ceil(Array.from(word).length / 4);
const tokensOf = (window: string): number =>
  window.split(' ').reduce((sum, word) => sum + countTokens(word), 0);
const wordsOf = (text: string): string[] => text.trim().split(/\s+/);

describe('windows of a text', () => {
  it('are one where the text is short, with its white space made plain', () => {
    expect(windowsOf('  Two\n\tshort   lines ', countTokens)).toEqual(['Two short lines']);
  });

  it('hold at most what the model reads, lose nothing and keep the order', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,40}$/), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(words, (given) => {
        const windows = windowsOf(given.join('\n'), countTokens);
        expect(windows.flatMap(wordsOf)).toEqual(given);
        for (const window of windows) expect(tokensOf(window)).toBeLessThanOrEqual(WINDOW_TOKENS);
      }),
    );
  });

  it('weigh about the same, so that none counts for more', () => {
    const sizes = windowsOf('word '.repeat(300), countTokens).map(tokensOf);
    expect(sizes).toHaveLength(6);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(4);
  });

  it('cut a word that is longer than a window, and never inside a character', () => {
    const text = '😀'.repeat(500);
    const windows = windowsOf(text, (word) => Array.from(word).length + 1);
    expect(windows.join('').replaceAll(' ', '')).toBe(text);
    for (const window of windows) expect(window.isWellFormed()).toBe(true);
  });

  it.each([
    ['a word without an end', 'x'.repeat(20_000)],
    ['signs that are one token together', '日'.repeat(20_000)],
    ['ligatures that become many characters', '\ufdfa'.repeat(2_000)],
    ['marks over one letter', `a${'\u0301'.repeat(20_000)}`],
  ])('show the tokenizer %s in pieces', (_, text) => {
    const shown: number[] = [];
    const windows = windowsOf(text, (word) => {
      shown.push(word.normalize('NFKC').length);
      return 2;
    });
    expect(Math.max(...shown)).toBeLessThanOrEqual(2 * WINDOW_TOKENS);
    for (const window of windows)
      expect(window.normalize('NFKC').length).toBeLessThanOrEqual(WINDOW_CHARACTERS);
  });
});
