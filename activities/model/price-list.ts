import type { ProviderName } from '../../contracts/model.ts';

/** What a model costs by its provider's list, in US dollars for a million tokens. */
export interface ListedPrice {
  provider: ProviderName;
  /** Its name, or how the names of its versions begin: `gpt-5` is for `gpt-5-2025-08-07` too, and not for `gpt-5.1`. */
  model: string;
  inputUsd: number;
  cachedInputUsd: number;
  outputUsd: number;
  /** When it was read, and where. */
  asOf: string;
  source: string;
}

const listed =
  (provider: ProviderName, source: string) =>
  (model: string, prices: readonly [number, number, number], asOf: string): ListedPrice => {
    const [inputUsd, cachedInputUsd, outputUsd] = prices;
    return { provider, model, inputUsd, cachedInputUsd, outputUsd, asOf, source };
  };
const openai = listed('openai', 'https://platform.openai.com/docs/pricing');
const anthropic = listed('anthropic', 'https://docs.claude.com/en/docs/about-claude/pricing');

/**
 * List prices: input, cached input, output. Discounts, tiers by the length of a prompt and the extra price of cache writes are not in
 * them, so a cost is an estimate. What is missing here, a house says itself: `own-prices.ts`.
 */
export const PRICE_LIST: readonly ListedPrice[] = [
  openai('gpt-5', [1.25, 0.125, 10], '2025-10-15'),
  openai('gpt-5-mini', [0.25, 0.025, 2], '2025-10-15'),
  openai('gpt-5-nano', [0.05, 0.005, 0.4], '2025-10-15'),
  openai('gpt-5-pro', [15, 15, 120], '2026-03-21'),
  openai('gpt-5.1', [1.25, 0.125, 10], '2026-03-21'),
  openai('gpt-5.2', [1.75, 0.175, 14], '2026-03-21'),
  openai('gpt-5.4', [2.5, 0.25, 15], '2026-03-21'),
  openai('gpt-5.4-mini', [0.75, 0.075, 4.5], '2026-03-21'),
  openai('gpt-5.4-nano', [0.2, 0.02, 1.25], '2026-03-21'),
  openai('gpt-4.1', [2, 0.5, 8], '2025-10-15'),
  openai('gpt-4.1-mini', [0.4, 0.1, 1.6], '2025-10-15'),
  openai('gpt-4.1-nano', [0.1, 0.025, 0.4], '2025-10-15'),
  openai('gpt-4o', [2.5, 1.25, 10], '2025-10-15'),
  openai('gpt-4o-mini', [0.15, 0.075, 0.6], '2025-10-15'),
  openai('o3', [2, 0.5, 8], '2026-03-21'),
  openai('o4-mini', [1.1, 0.275, 4.4], '2025-10-15'),
  anthropic('claude-opus-4', [15, 1.5, 75], '2025-10-15'),
  anthropic('claude-opus-4-5', [5, 0.5, 25], '2026-02-01'),
  anthropic('claude-opus-4-6', [5, 0.5, 25], '2026-02-01'),
  anthropic('claude-sonnet-4', [3, 0.3, 15], '2025-10-15'),
  anthropic('claude-haiku-4-5', [1, 0.1, 5], '2025-10-15'),
  anthropic('claude-3-5-haiku', [0.8, 0.08, 4], '2025-10-15'),
];
