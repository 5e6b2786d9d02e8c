import type { EmbeddingModel } from '../../contracts/embedding.ts';
import { type AvailableModel, availableModels, type EmbeddingConfig, requireUsable } from './catalogue.ts';
import type { Embedder } from './embedder.ts';
import { createLocalEmbedder } from './local/local-embedder.ts';
import { createLocalThread, type LocalThread } from './local/local-thread.ts';
import { apiOf } from './remote/apis.ts';
import { createHttpEmbedder } from './remote/http-embedder.ts';

export interface Embedders {
  /** @throws GatheringFailure `InvalidInput` saying which setting its provider lacks */
  embedderOf(model: EmbeddingModel): Embedder;
  list(): AvailableModel[];
  /** Ends the threads of the local model. */
  close(): Promise<void>;
}

interface EmbeddersDependencies {
  /** One for each thread of the local model; another thread makes it faster where there is a processor for it. */
  threads?: readonly LocalThread[];
  /** Longest time that a remote provider may take for one request. */
  timeoutMs?: number;
}

/** Every embedder that the settings allow. The local model's thread starts when it is first asked. */
export function createEmbedders(
  config: EmbeddingConfig,
  { threads = [createLocalThread()], ...remote }: EmbeddersDependencies = {},
): Embedders {
  const local = createLocalEmbedder(threads);
  return {
    embedderOf({ provider, model }) {
      requireUsable({ provider, model }, config);
      if (provider === 'local') return local;
      return createHttpEmbedder({ provider, model }, apiOf({ provider, model }, config), remote);
    },
    list: () => availableModels(config),
    close: () => local.close(),
  };
}
