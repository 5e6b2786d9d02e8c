import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { countTokens as countOpenAi } from 'gpt-tokenizer/encoding/o200k_base';

import type { ModelRequest } from '../../contracts/model.ts';
import { seededRandom } from '../../platform/expression/seeded-random.ts';
import { tokenBoundOf } from './token-bound.ts';
import { countRequestTokens, countTokens } from './tokens.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8').slice(0, 30_000);
const random = seededRandom('token-bound');
const many = (count: number, piece: () => string): string => Array.from({ length: count }, piece).join('');
const below = (limit: number): number => Math.floor(random() * limit);
const base64 = (): string =>
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.charAt(below(64));

/** Sentences in a language, as a library of the house brings them. */
const locales = resolve(dirname(createRequire(import.meta.url).resolve('zod')), 'v4/locales');
const sentencesIn = (language: string): string =>
  [...readFileSync(resolve(locales, `${language}.js`), 'utf8').matchAll(/"([^"]{4,})"|`([^`]{4,})`/g)]
    .map(([, quoted, template]) => quoted ?? template)
    .join('\n');

describe('the bound of tokens', () => {
  it.each([
    ['English', read('README.md')],
    ['personas', read('personas/researcher.yaml')],
    ['TypeScript', read('workflows/pipeline/run-graph.ts')],
    ['SQL', read('migrations/0002-effect-protocol.sql')],
    ['JSON', read('package.json')],
    ['capitals', read('README.md').toUpperCase()],
    ...['de', 'fr', 'es', 'pl', 'tr', 'fi', 'hu', 'vi', 'ru', 'he', 'ar', 'fa', 'ta', 'th', 'km', 'ka', 'hy']
      .concat('zh-CN', 'ja', 'ko')
      .map((language): [string, string] => [language, sentencesIn(language)]),
  ])('of %s is not below what the tokenizer makes of it, and not twice as much', (_, text) => {
    const real = countOpenAi(text);
    expect(tokenBoundOf(text)).toBeGreaterThanOrEqual(real);
    expect(tokenBoundOf(text)).toBeLessThan(2 * real + 20);
  });

  it.each([
    ['numbers', many(2_000, () => `${below(1_000_000)}, `)],
    ['hexadecimal digits', many(4_000, () => below(16).toString(16))],
    ['Base64', many(4_000, base64)],
    ['one letter again and again', 'a'.repeat(2_000)],
    ['letters without a space', many(2_000, () => String.fromCharCode(97 + below(26)))],
    ['marks', many(2_000, () => String.fromCharCode(33 + below(15)))],
    ['any ASCII', many(2_000, () => String.fromCharCode(32 + below(95)))],
    ['emoji', many(300, () => String.fromCodePoint(0x1f300 + below(0x2ff)))],
    ['families', '👨‍👩‍👧‍👦🏳️‍🌈'.repeat(40)],
    ['a table', many(200, () => `| ${below(1_000)} | cell | x |\n`)],
    ['nothing', ''],
  ])('of %s is not below what the tokenizer makes of it', (_, text) => {
    expect(tokenBoundOf(text)).toBeGreaterThanOrEqual(countOpenAi(text));
  });

  it('of a long text without spaces takes no long time', () => {
    const startedAt = process.threadCpuUsage();
    tokenBoundOf('x'.repeat(2_000_000));
    const { user, system } = process.threadCpuUsage(startedAt);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});

describe('the tokens of a request', () => {
  const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
    ...{ provider: 'openai', model: 'gpt-5', tools: [], messages: [{ role: 'user', content: 'Hello' }] },
    ...more,
  });

  it('are those of its messages, tools, tool calls and output schema', () => {
    const bare = countRequestTokens(request());
    const tool = { name: 'look', description: 'Looks', inputSchema: { type: 'object' } };
    const call = { id: 'c', name: 'look', arguments: { at: 'the harbour of Brena' } };
    expect(countRequestTokens(request({ tools: [tool] }))).toBeGreaterThan(bare);
    expect(countRequestTokens(request({ outputSchema: { type: 'object' } }))).toBeGreaterThan(bare);
    const answered: ModelRequest['messages'] = [{ role: 'assistant', content: '', toolCalls: [call] }];
    const silent: ModelRequest['messages'] = [{ role: 'assistant', content: '', toolCalls: [] }];
    expect(countRequestTokens(request({ messages: answered }))).toBeGreaterThan(
      countRequestTokens(request({ messages: silent })),
    );
  });

  it('of providers whose tokenizer is not known are taken to be more', () => {
    const text = 'What is said in the harbour of Brena stays there.';
    expect(countTokens('anthropic', 'claude', text)).toBeGreaterThan(countTokens('openai', 'gpt-5', text));
    expect(countTokens('ollama', 'llama3.2', text)).toBeGreaterThan(countTokens('openai', 'gpt-5', text));
  });
});
