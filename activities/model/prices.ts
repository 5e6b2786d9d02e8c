import type { ProviderName, Usage } from '../../contracts/model.ts';
import { PRICE_LIST } from './price-list.ts';

/** US dollars for a million tokens. */
export interface Price {
  provider: ProviderName;
  model: string;
  inputUsd: number;
  cachedInputUsd: number;
  outputUsd: number;
}

/** The price of a model in a list, of the longest name that fits; undefined where the list has none. */
export function priceIn<Listed extends Price>(
  list: readonly Listed[],
  provider: ProviderName,
  model: string,
): Listed | undefined {
  return list
    .filter((price) => price.provider === provider && isVersionOf(model, price.model))
    .sort((a, b) => b.model.length - a.model.length)[0];
}

/** A name ends where a part of it ends: `gpt-4` is no price for `gpt-4o`. */
const isVersionOf = (model: string, listed: string): boolean =>
  model === listed || model.startsWith(`${listed}-`);

/** The list price of a model. */
export const priceOf = (provider: ProviderName, model: string): Price | undefined =>
  priceIn(PRICE_LIST, provider, model);

/** What a call costs at a price, in US dollars; nothing where there is none. */
export function costAt(price: Price | undefined, usage: Omit<Usage, 'costUsd'>): number {
  if (price === undefined) return 0;
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const total =
    (usage.inputTokens - cached) * price.inputUsd +
    cached * price.cachedInputUsd +
    usage.outputTokens * price.outputUsd;
  return total / 1_000_000;
}

/** What a call cost in US dollars by the list; 0 for a model whose price is not known. */
export const costOf = (provider: ProviderName, model: string, usage: Omit<Usage, 'costUsd'>): number =>
  costAt(priceOf(provider, model), usage);
