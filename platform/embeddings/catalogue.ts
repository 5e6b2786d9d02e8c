import type { EmbeddingModel, EmbeddingModels, EmbeddingProvider } from '../../contracts/embedding.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Config } from '../config.ts';
import { LOCAL_MODEL } from './local/local-embedder.ts';
import { LOCAL_DIMENSIONS } from './local/wire.ts';

/** The settings that embedders read. */
export type EmbeddingConfig = Pick<
  Config,
  | 'OPENAI_API_KEY'
  | 'OPENAI_BASE_URL'
  | 'OLLAMA_BASE_URL'
  | 'OPENAI_COMPATIBLE_BASE_URL'
  | 'OPENAI_COMPATIBLE_API_KEY'
>;

export type AvailableModel = EmbeddingModels['available'][number];

/** Models that a form proposes, with the length of their vectors; any other name is passed to the provider as it is. */
const PROPOSED: readonly (EmbeddingModel & { dimensions: number | null })[] = [
  { ...LOCAL_MODEL, dimensions: LOCAL_DIMENSIONS },
  { provider: 'openai', model: 'text-embedding-3-small', dimensions: 1536 },
  { provider: 'openai', model: 'text-embedding-3-large', dimensions: 3072 },
  { provider: 'ollama', model: 'nomic-embed-text', dimensions: 768 },
  { provider: 'ollama', model: 'mxbai-embed-large', dimensions: 1024 },
  { provider: 'ollama', model: 'bge-m3', dimensions: 1024 },
  { provider: 'openai-compatible', model: 'default', dimensions: null },
];

/** What can be changed to, and what to set where it cannot. Nothing is called to find out. */
export const availableModels = (config: EmbeddingConfig): AvailableModel[] =>
  PROPOSED.map((model) => {
    const variable = missingVariable(model.provider, config);
    const reason =
      variable === undefined ? null : `Set ${variable} to embed by the provider "${model.provider}"`;
    return { ...model, available: reason === null, reason };
  });

/** @throws GatheringFailure `InvalidInput` saying what is missing for a model to be used */
export function requireUsable({ provider, model }: EmbeddingModel, config: EmbeddingConfig): void {
  const variable = missingVariable(provider, config);
  if (variable !== undefined)
    throw new GatheringFailure('InvalidInput', `Set ${variable} to embed by the provider "${provider}"`, {
      details: { provider, variable },
    });
  if (provider === 'local' && model !== LOCAL_MODEL.model)
    throw new GatheringFailure(
      'InvalidInput',
      `The house has one local embedding model: ${LOCAL_MODEL.model}`,
    );
}

function missingVariable(
  provider: EmbeddingProvider,
  config: EmbeddingConfig,
): keyof EmbeddingConfig | undefined {
  switch (provider) {
    case 'local':
      return undefined;
    case 'openai':
      return config.OPENAI_API_KEY === undefined ? 'OPENAI_API_KEY' : undefined;
    case 'ollama':
      return config.OLLAMA_BASE_URL === undefined ? 'OLLAMA_BASE_URL' : undefined;
    case 'openai-compatible':
      return config.OPENAI_COMPATIBLE_BASE_URL === undefined ? 'OPENAI_COMPATIBLE_BASE_URL' : undefined;
  }
}
