import { z } from 'zod';

import { Failure } from './failure.ts';

export const EmbeddingProvider = z.enum(['local', 'openai', 'ollama', 'openai-compatible']);
export type EmbeddingProvider = z.infer<typeof EmbeddingProvider>;

/** A model and the vectors that were made with it: never compared with those of another one. */
export const EmbeddingModel = z.object({ provider: EmbeddingProvider, model: z.string().min(1).max(200) });
export type EmbeddingModel = z.infer<typeof EmbeddingModel>;

/** `active`: searched by; `building`: being filled, to be switched to; `paused`, `failed`: the filling rests. */
export const SpaceStatus = z.enum(['active', 'building', 'paused', 'failed', 'retired']);
export type SpaceStatus = z.infer<typeof SpaceStatus>;

export const EmbeddingSpace = EmbeddingModel.extend({
  id: z.number().int(),
  dimensions: z.number().int(),
  status: SpaceStatus,
  error: Failure.nullable(),
  /** Memories and chunks that have a vector in it, of all that there are. */
  progress: z.object({ embedded: z.number().int(), total: z.number().int() }),
  createdAt: z.iso.datetime(),
  activatedAt: z.iso.datetime().nullable(),
});
export type EmbeddingSpace = z.infer<typeof EmbeddingSpace>;

export const EmbeddingModels = z.object({
  spaces: z.array(EmbeddingSpace),
  /** What can be changed to, and why not. */
  available: z.array(
    EmbeddingModel.extend({
      dimensions: z.number().int().nullable(),
      available: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
});
export type EmbeddingModels = z.infer<typeof EmbeddingModels>;

/** Begins to fill a space of another model; the old one serves until that is done. */
export const ChangeEmbeddingModel = z.strictObject({
  provider: EmbeddingProvider,
  model: EmbeddingModel.shape.model,
});
export type ChangeEmbeddingModel = z.infer<typeof ChangeEmbeddingModel>;
