import type { EmbeddingModel } from '../../contracts/embedding.ts';

export interface EmbedOptions {
  signal?: AbortSignal;
  /** Names these texts, in this order; sent to remote providers as `Idempotency-Key`. */
  idempotencyKey?: string;
}

/** Makes vectors of texts with one model. */
export interface Embedder {
  readonly model: EmbeddingModel;
  /**
   * Vectors of unit length, in the texts' order; the same text always gives the same one. Texts are never cut off by the local model.
   * @throws GatheringFailure `InvalidInput` for an empty text and for what the provider refuses; `Unavailable`, with `retryAfterMs` where the
   * provider names it, for what may go well later; the signal's reason
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<number[][]>;
}
