import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { ProviderName } from '../../contracts/model.ts';
import { contextWindowOf } from './context-windows.ts';
import { OWN_PRICES_FILE, readOwnPrices } from './own-prices.ts';
import { PRICE_LIST } from './price-list.ts';
import { costOf, priceOf } from './prices.ts';
import { providerStatuses } from './provider-catalogue.ts';

const Listed = z.strictObject({
  provider: ProviderName,
  model: z.string().regex(/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/),
  inputUsd: z.number().positive().max(1_000),
  cachedInputUsd: z.number().positive(),
  outputUsd: z.number().positive().max(1_000),
  asOf: z.iso.date(),
  source: z.url({ protocol: /^https$/ }),
});
const usage = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };

describe('the list of prices', () => {
  it.each(PRICE_LIST.map((price) => [`${price.provider}/${price.model}`, price] as const))(
    'is plausible for %s, with date and source',
    (_, price) => {
      const { inputUsd, cachedInputUsd, outputUsd, asOf } = Listed.parse(price);
      expect(cachedInputUsd).toBeLessThanOrEqual(inputUsd);
      expect(inputUsd).toBeLessThanOrEqual(outputUsd);
      expect(Date.parse(asOf)).toBeLessThan(Date.now());
      expect(Date.parse(asOf)).toBeGreaterThan(Date.parse('2025-01-01'));
    },
  );

  it('names each model once', () => {
    const names = PRICE_LIST.map(({ provider, model }) => `${provider}/${model}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has every model that a form proposes for a provider that costs something, and so has the list of windows', () => {
    const proposed = providerStatuses({}).filter(({ name }) => name === 'openai' || name === 'anthropic');
    const models = proposed.flatMap(({ name, models: names }) =>
      names.map((model) => [name, model] as const),
    );
    expect(models.filter(([provider, model]) => priceOf(provider, model) === undefined)).toEqual([]);
    for (const [provider, model] of models) {
      const { tokens, maxOutputTokens } = contextWindowOf(provider, model);
      expect(maxOutputTokens).toBeLessThan(tokens);
      expect(tokens).toBeGreaterThan(100_000);
    }
  });

  it('takes the longest name that fits, and none for another model', () => {
    expect(priceOf('openai', 'gpt-5-mini-2025-08-07')?.model).toBe('gpt-5-mini');
    expect(priceOf('anthropic', 'claude-opus-4-1')?.model).toBe('claude-opus-4');
    expect(priceOf('anthropic', 'claude-opus-4-5-20251101')?.model).toBe('claude-opus-4-5');
    expect(priceOf('openai', 'gpt-4ominous')).toBeUndefined();
    expect(priceOf('ollama', 'gpt-5')).toBeUndefined();
  });

  it('makes cached input cheaper, and what is not known free', () => {
    expect(costOf('openai', 'gpt-5', usage)).toBe(1.25);
    expect(costOf('openai', 'gpt-5', { ...usage, cachedInputTokens: 1_000_000 })).toBe(0.125);
    expect(costOf('openai-compatible', 'mine', usage)).toBe(0);
  });
});

describe('the prices of a house', () => {
  let home: string;
  beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'gathering-prices-'))));
  afterAll(() => rm(home, { recursive: true, force: true }));
  const write = (text: string) => writeFile(join(home, OWN_PRICES_FILE), text);

  it('are none without a file', async () => {
    expect(await readOwnPrices(join(home, 'nowhere'))).toEqual([]);
  });

  it('are read from its file; cached input costs as much as other input unless it says so', async () => {
    await write('- { provider: ollama, model: llama3.2, inputUsd: 0.1, outputUsd: 0.2 }\n');
    expect(await readOwnPrices(home)).toEqual([
      { provider: 'ollama', model: 'llama3.2', inputUsd: 0.1, cachedInputUsd: 0.1, outputUsd: 0.2 },
    ]);
  });

  it.each([
    ['no YAML', '- [', /is not YAML/],
    ['no list', 'provider: ollama', /is not a list of prices/],
    ['a negative price', '- { provider: ollama, model: a, inputUsd: -1, outputUsd: 1 }', /0\.inputUsd/],
    ['an unknown provider', '- { provider: moon, model: a, inputUsd: 1, outputUsd: 1 }', /0\.provider/],
    ['an unknown key', '- { provider: ollama, model: a, inputUsd: 1, outputUsd: 1, tax: 1 }', /tax/],
  ])('with %s are refused, naming what is wrong', async (_, text, message) => {
    await write(text);
    await expect(readOwnPrices(home)).rejects.toThrow(message);
  });
});
