import type { ProviderName } from '../../contracts/model.ts';

/** How many tokens a model takes in and writes, together and at most. */
export interface ContextWindow {
  /** Input and output together. */
  tokens: number;
  maxOutputTokens: number;
}

/** By prefix of the model's name, as `PRICES`; the longest one that fits counts. */
const WINDOWS: Readonly<Partial<Record<ProviderName, Readonly<Record<string, ContextWindow>>>>> = {
  openai: {
    'gpt-5': { tokens: 400_000, maxOutputTokens: 128_000 },
    'gpt-4.1': { tokens: 1_047_576, maxOutputTokens: 32_768 },
    'gpt-4o': { tokens: 128_000, maxOutputTokens: 16_384 },
    o3: { tokens: 200_000, maxOutputTokens: 100_000 },
    'o4-mini': { tokens: 200_000, maxOutputTokens: 100_000 },
  },
  anthropic: {
    'claude-opus-4': { tokens: 200_000, maxOutputTokens: 32_000 },
    'claude-sonnet-4': { tokens: 200_000, maxOutputTokens: 64_000 },
    'claude-haiku-4-5': { tokens: 200_000, maxOutputTokens: 64_000 },
    'claude-3-5-haiku': { tokens: 200_000, maxOutputTokens: 8_192 },
  },
  demo: { demo: { tokens: 32_000, maxOutputTokens: 4_096 } },
};

/** What a model that is not known is taken for: small, as those are that people run themselves. */
const UNKNOWN: ContextWindow = { tokens: 8_192, maxOutputTokens: 2_048 };
const UNKNOWN_OF: Readonly<Partial<Record<ProviderName, ContextWindow>>> = {
  openai: { tokens: 128_000, maxOutputTokens: 16_384 },
  anthropic: { tokens: 200_000, maxOutputTokens: 8_192 },
  ollama: { tokens: 8_192, maxOutputTokens: 2_048 },
};

/** The window of a model; of one that is not in the table, that of a small one of its provider. */
export function contextWindowOf(provider: ProviderName, model: string): ContextWindow {
  const fitting = Object.entries(WINDOWS[provider] ?? {})
    .filter(([prefix]) => model === prefix || model.startsWith(`${prefix}-`))
    .sort(([a], [b]) => b.length - a.length);
  return fitting[0]?.[1] ?? UNKNOWN_OF[provider] ?? UNKNOWN;
}
