import type { LanguageModel } from 'ai';

import type { ProviderName } from '../../contracts/model.ts';
import type { ModelConfig } from './provider-catalogue.ts';

/** How OpenAI itself is spoken to: the Responses API, or the chat format for a server that lacks it. */
export type OpenAiFormat = 'responses' | 'chat';

/**
 * The SDK's model for a name. A provider's SDK is loaded at its first use, because loading all of them would double
 * the start time of a worker that may never call one.
 */
export async function sdkModelOf(
  { provider, model }: { provider: Exclude<ProviderName, 'demo'>; model: string },
  config: ModelConfig,
  format: OpenAiFormat,
): Promise<LanguageModel> {
  switch (provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      const openai = createOpenAI({ ...keyOf(config.OPENAI_API_KEY), ...baseUrlOf(config.OPENAI_BASE_URL) });
      return format === 'chat' ? openai.chat(model) : openai.responses(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      const baseUrl = withPath(config.ANTHROPIC_BASE_URL, '/v1');
      return createAnthropic({ ...keyOf(config.ANTHROPIC_API_KEY), ...baseUrlOf(baseUrl) })(model);
    }
    case 'ollama':
      return compatibleModel('ollama', withPath(config.OLLAMA_BASE_URL, '/v1'), { model });
    case 'openai-compatible':
      return compatibleModel('openai-compatible', config.OPENAI_COMPATIBLE_BASE_URL, {
        model,
        ...keyOf(config.OPENAI_COMPATIBLE_API_KEY),
      });
  }
}

async function compatibleModel(
  name: string,
  baseURL = '',
  { model, ...key }: { model: string; apiKey?: string },
): Promise<LanguageModel> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    name,
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...key,
  })(model);
}

const keyOf = (apiKey: string | undefined): { apiKey?: string } => (apiKey === undefined ? {} : { apiKey });
const baseUrlOf = (baseURL: string | undefined): { baseURL?: string } =>
  baseURL === undefined ? {} : { baseURL };

/** These providers' addresses are usually given without the version that the SDK expects in them. */
const withPath = (base: string | undefined, path: string): string | undefined =>
  base !== undefined && new URL(base).pathname === '/' ? base.replace(/\/$/, '') + path : base;
