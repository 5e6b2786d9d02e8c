import type { ProviderName, Usage } from '../../contracts/model.ts';

/** US dollars for a million tokens. */
export interface Price {
  inputUsd: number;
  cachedInputUsd: number;
  outputUsd: number;
}

/**
 * List prices by model name prefix; the longest prefix that fits counts. Discounts, tiers by prompt length and the
 * extra price of cache writes are not in it, so a cost is an estimate. Extend it when a provider changes its list.
 */
export const PRICES: {
  readonly asOf: string;
  readonly sources: readonly string[];
  readonly models: Readonly<Partial<Record<ProviderName, Readonly<Record<string, Price>>>>>;
} = {
  asOf: '2025-10-15',
  sources: [
    'https://platform.openai.com/docs/pricing',
    'https://docs.claude.com/en/docs/about-claude/pricing',
  ],
  models: {
    openai: {
      'gpt-5': { inputUsd: 1.25, cachedInputUsd: 0.125, outputUsd: 10 },
      'gpt-5-mini': { inputUsd: 0.25, cachedInputUsd: 0.025, outputUsd: 2 },
      'gpt-5-nano': { inputUsd: 0.05, cachedInputUsd: 0.005, outputUsd: 0.4 },
      'gpt-4.1': { inputUsd: 2, cachedInputUsd: 0.5, outputUsd: 8 },
      'gpt-4.1-mini': { inputUsd: 0.4, cachedInputUsd: 0.1, outputUsd: 1.6 },
      'gpt-4.1-nano': { inputUsd: 0.1, cachedInputUsd: 0.025, outputUsd: 0.4 },
      'gpt-4o': { inputUsd: 2.5, cachedInputUsd: 1.25, outputUsd: 10 },
      'gpt-4o-mini': { inputUsd: 0.15, cachedInputUsd: 0.075, outputUsd: 0.6 },
      'o4-mini': { inputUsd: 1.1, cachedInputUsd: 0.275, outputUsd: 4.4 },
    },
    anthropic: {
      'claude-opus-4': { inputUsd: 15, cachedInputUsd: 1.5, outputUsd: 75 },
      'claude-sonnet-4': { inputUsd: 3, cachedInputUsd: 0.3, outputUsd: 15 },
      'claude-haiku-4-5': { inputUsd: 1, cachedInputUsd: 0.1, outputUsd: 5 },
      'claude-3-5-haiku': { inputUsd: 0.8, cachedInputUsd: 0.08, outputUsd: 4 },
    },
  },
};

/** What a call cost in US dollars by the list; 0 for a model whose price is not known. */
export function costOf(provider: ProviderName, model: string, usage: Omit<Usage, 'costUsd'>): number {
  const price = priceOf(provider, model);
  if (price === undefined) return 0;
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const total =
    (usage.inputTokens - cached) * price.inputUsd +
    cached * price.cachedInputUsd +
    usage.outputTokens * price.outputUsd;
  return total / 1_000_000;
}

/** The price of a model; undefined where the list has none. */
export function priceOf(provider: ProviderName, model: string): Price | undefined {
  const list = Object.entries(PRICES.models[provider] ?? {});
  // A prefix ends where a name part ends: "gpt-4" is no price for "gpt-4o".
  const fitting = list.filter(([prefix]) => model === prefix || model.startsWith(`${prefix}-`));
  return fitting.sort(([a], [b]) => b.length - a.length)[0]?.[1];
}
