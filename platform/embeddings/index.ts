/** Vectors of texts: by the house's own model in a thread, or by a provider over HTTP. Knows no space, no cache, no database. */
export type { Embedder, EmbedOptions } from './embedder.ts';
export { createEmbedders, type Embedders } from './embedders.ts';
export { LOCAL_MODEL } from './local/local-embedder.ts';
export { LOCAL_DIMENSIONS } from './local/wire.ts';
