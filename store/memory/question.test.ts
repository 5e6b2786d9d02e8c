import { describe, expect, it } from '@jest/globals';

import { parseQuestion } from './question.ts';

describe('what is written into a search box', () => {
  it.each<[string, ReturnType<typeof parseQuestion>]>([
    ['who decides?', { words: 'who decides?', phrases: [], excluded: [] }],
    [
      'the "release train" leaves',
      { words: 'the   leaves release train', phrases: ['release train'], excluded: [] },
    ],
    ['pricing -draft', { words: 'pricing  ', phrases: [], excluded: ['draft'] }],
    ['nul\0 and half a \ud83d', { words: 'nul  and half a \ufffd', phrases: [], excluded: [] }],
    ['-Entwürfe preise', { words: '  preise', phrases: [], excluded: ['Entwürfe'] }],
  ])('%j is taken apart', (text, parsed) => {
    expect(parseQuestion(text)).toEqual(parsed);
  });

  it.each([
    'well-known',
    'npm run bench -- quality',
    '--held-out',
    'minus -5',
    'a - b',
    '-f2-x',
    'a "b',
    '""',
  ])('%j asks for no exclusion and no phrase', (text) => {
    const { phrases, excluded } = parseQuestion(text);
    expect([phrases, excluded]).toEqual([[], []]);
  });

  it('takes a bounded number of phrases and exclusions', () => {
    const { phrases, excluded } = parseQuestion(`${'"a b" '.repeat(50)}${'-word '.repeat(50)}`);
    expect([phrases.length, excluded.length]).toEqual([8, 8]);
  });
});
