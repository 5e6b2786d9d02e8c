import { expect, it } from '@jest/globals';

import { storableJson } from './json.ts';

it('leaves what Postgres takes as it is', () => {
  const value = { text: 'a "quoted" \\u0000 backslash \\\\ é 😀 \n', list: [1, null] };
  expect(JSON.parse(storableJson(value))).toEqual(value);
});

it('replaces null characters and unpaired surrogates, in keys too', () => {
  const value = { 'k\u0000': 'a\u0000b', half: 'x\ud83dy', after: '\\\u0000' };
  expect(JSON.parse(storableJson(value))).toEqual({
    'k\ufffd': 'a\ufffdb',
    half: 'x\ufffdy',
    after: '\\\ufffd',
  });
});
