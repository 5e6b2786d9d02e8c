import { describe, expect, it } from '@jest/globals';

import { mentionsIn } from './mentions.ts';

const members = [
  { id: 'a', name: 'Anna' },
  { id: 'al', name: 'Anna Lee' },
  { id: 'b', name: 'Bob' },
  { id: 'v', name: 'v2.0-bot' },
];
const mentioned = (text: string) => mentionsIn(text, members);

describe('a mention', () => {
  it('is found whatever its case, in the order of first mentions, each once', () => {
    expect(mentioned('@bob and @ANNA, then @Bob again')).toEqual(['b', 'a']);
  });

  it('is the longest name that fits', () => {
    expect(mentioned('@Anna Lee?')).toEqual(['al']);
    expect(mentioned('@Anna leaves')).toEqual(['a']);
  });

  it('has to end where the name ends, punctuation aside', () => {
    expect(mentioned('@Bobby')).toEqual([]);
    expect(mentioned('@Bob_1')).toEqual([]);
    expect(mentioned('(@Bob), @v2.0-bot. *@Anna*')).toEqual(['b', 'v', 'a']);
  });

  it('is everybody for @everyone, those named before them first', () => {
    expect(mentioned('@Bob: @everyone!')).toEqual(['b', 'a', 'al', 'v']);
    expect(mentioned('@everyoneelse')).toEqual([]);
  });

  it.each([
    ['an e-mail address', 'write to me@Bob or x.y+z@anna'],
    ['a package', 'see npm/@bob/core'],
    ['code in a line', 'run `ping @Bob` and ``a ` @Anna``'],
    ['a fenced block', 'look:\n```sh\nssh @Bob\n```\nso'],
    ['a fenced block that is never closed', 'look:\n~~~\n@Bob'],
    ['two signs', '@@Bob'],
  ])('is not found in %s', (_, text) => {
    expect(mentioned(text)).toEqual([]);
  });

  it('is found after code that has ended, and beside a lone backtick', () => {
    expect(mentioned('```\n@Anna\n```\n@Bob')).toEqual(['b']);
    expect(mentioned('a ` b @Bob')).toEqual(['b']);
  });

  it('is read from a hundred thousand signs in no time', () => {
    const started = performance.now();
    expect(mentioned('@`'.repeat(50_000))).toEqual([]);
    expect(mentioned('`'.repeat(100_000))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
