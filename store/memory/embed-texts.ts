import type { EmbeddingModel } from '../../contracts/embedding.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Embedders, EmbedOptions } from '../../platform/embeddings/index.ts';
import type { Pool } from '../pool.ts';
import { contentHashOf, createEmbeddingsCache } from './embeddings-cache.ts';
import type { Space, Spaces } from './spaces.ts';

export interface EmbedTextsDependencies {
  pool: Pool;
  spaces: Pick<Spaces, 'getActiveSpace'>;
  embedders: Pick<Embedders, 'embedderOf'>;
  /** Texts whose vectors are kept. */
  cacheRows?: number;
}

export interface EmbedTextsOptions extends EmbedOptions {
  /** The active one, unless another one is named. */
  space?: Space;
}

/**
 * Vectors of texts, in their order and of unit length, by the model of a space; what was embedded before comes from the cache.
 * @throws GatheringFailure `InvalidInput` for an empty text, and where the model's vectors do not have the space's length; `Unavailable`
 */
export type EmbedTexts = (
  texts: readonly string[],
  options?: EmbedTextsOptions,
) => Promise<{ space: Space; vectors: number[][] }>;

export function createEmbedTexts({ pool, spaces, embedders, cacheRows }: EmbedTextsDependencies): EmbedTexts {
  const cache = createEmbeddingsCache(pool, cacheRows === undefined ? {} : { rows: cacheRows });
  return async (texts, { space: given, ...options } = {}) => {
    const space = given ?? (await spaces.getActiveSpace());
    const byHash = new Map(texts.map((text) => [contentHashOf(text), text]));
    const known = await cache.findEmbeddings(space, [...byHash.keys()]);
    // The same model may have given vectors of another length before.
    for (const [hash, vector] of known) if (vector.length !== space.dimensions) known.delete(hash);
    const missing = [...byHash].filter(([hash]) => !known.has(hash));
    if (missing.length > 0) {
      const embedded = await embedders.embedderOf(modelOf(space)).embed(
        missing.map(([, text]) => text),
        options,
      );
      const fresh = new Map(missing.map(([hash], at) => [hash, requireFit(embedded[at] ?? [], space)]));
      await cache.putEmbeddings(space, fresh);
      for (const [hash, vector] of fresh) known.set(hash, vector);
    }
    return { space, vectors: texts.map((text) => known.get(contentHashOf(text)) ?? []) };
  };
}

const modelOf = ({ provider, model }: Space): EmbeddingModel => ({ provider, model });

/** @throws GatheringFailure `InvalidInput` naming both lengths */
function requireFit(vector: readonly number[], { provider, model, dimensions }: Space): number[] {
  if (vector.length === dimensions) return [...vector];
  throw new GatheringFailure(
    'InvalidInput',
    `The model "${model}" of ${provider} gave a vector of ${vector.length} dimensions; its space has ${dimensions}.`,
    { details: { given: vector.length, expected: dimensions } },
  );
}
