import { z } from 'zod';

import type { EmbeddingModel } from '../../../contracts/embedding.ts';
import type { EmbeddingConfig } from '../catalogue.ts';
import type { EmbeddingApi } from './http-embedder.ts';

const Vector = z.array(z.number());
const OpenAiAnswer = z.object({ data: z.array(z.object({ index: z.int(), embedding: Vector })) });
const OllamaAnswer = z.object({ embeddings: z.array(Vector) });

/** `POST /embeddings` of OpenAI, and of the many servers that speak its format. */
const openAiFormat = (base: string, apiKey: string | undefined, model: string): EmbeddingApi => ({
  url: `${base.replace(/\/$/, '')}/embeddings`,
  apiKey,
  bodyOf: (input) => ({ model, input, encoding_format: 'float' }),
  vectorsOf: (answer) =>
    OpenAiAnswer.parse(answer)
      .data.toSorted((one, other) => one.index - other.index)
      .map(({ embedding }) => embedding),
});

/** `POST /api/embed` of Ollama, which cuts off what is longer than its model's context. */
const ollamaFormat = (base: string, model: string): EmbeddingApi => ({
  url: new URL('/api/embed', base).href,
  apiKey: undefined,
  bodyOf: (input) => ({ model, input, truncate: true }),
  vectorsOf: (answer) => OllamaAnswer.parse(answer).embeddings,
});

const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** How the provider of a model is asked; its settings are there (`requireUsable`). */
export function apiOf(
  { provider, model }: EmbeddingModel & { provider: Exclude<EmbeddingModel['provider'], 'local'> },
  config: EmbeddingConfig,
): EmbeddingApi {
  switch (provider) {
    case 'openai':
      return openAiFormat(config.OPENAI_BASE_URL ?? OPENAI_BASE_URL, config.OPENAI_API_KEY, model);
    case 'ollama':
      return ollamaFormat(config.OLLAMA_BASE_URL ?? '', model);
    case 'openai-compatible':
      return openAiFormat(config.OPENAI_COMPATIBLE_BASE_URL ?? '', config.OPENAI_COMPATIBLE_API_KEY, model);
  }
}
