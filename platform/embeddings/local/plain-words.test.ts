import { expect, it } from '@jest/globals';

import { plainWords } from './plain-words.ts';

it.each([
  ['## The **`reembedWorkflow`**', 'the reembed workflow'],
  ["Don't  use `store/memory/vectors.ts`!", "don't use store memory vectors ts"],
  ["'quoted' rock ’n’ roll", 'quoted rock n roll'],
  ['| a | 3.5 |\n|---|', 'a 3 5'],
  ['Grüße, नमस्ते 日本語', 'grüße नमस्ते 日本語'],
])('takes the words out of %j', (text, words) => {
  expect(plainWords(text).replace(/\s+/g, ' ')).toBe(words);
});

it('leaves what has no word as it is', () => {
  expect(plainWords('!!! 😀')).toBe('!!! 😀');
});
