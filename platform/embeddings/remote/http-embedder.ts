import type { EmbeddingModel } from '../../../contracts/embedding.ts';
import { GatheringFailure } from '../../../contracts/failure.ts';
import type { Embedder } from '../embedder.ts';
import { requireTexts } from '../require-texts.ts';
import { unitVectorOf } from '../unit-vector.ts';
import { createExchange } from './exchange.ts';

/** How a provider is asked for vectors. */
export interface EmbeddingApi {
  url: string;
  apiKey: string | undefined;
  bodyOf(texts: readonly string[]): unknown;
  /** In the texts' order. @throws ZodError where the answer has another shape */
  vectorsOf(answer: unknown): (readonly number[])[];
}

/** Providers take 2,048 texts and 300,000 tokens at most; less loses less where a request fails. */
const MOST = { texts: 128, characters: 200_000 };
const TIMEOUT_MS = 60_000;

/** An embedder behind HTTP. Each request carries a key of its own, made of the caller's, so a provider that honours it works once. */
export function createHttpEmbedder(
  model: EmbeddingModel,
  api: EmbeddingApi,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Embedder {
  const exchange = createExchange({ name: model.provider, timeoutMs });

  const embedSome = async (
    texts: readonly string[],
    { signal, key }: { signal: AbortSignal | undefined; key: string | undefined },
  ): Promise<number[][]> => {
    const answer = await exchange({
      ...{ url: api.url, body: api.bodyOf(texts), signal },
      headers: {
        ...(api.apiKey === undefined ? {} : { authorization: `Bearer ${api.apiKey}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    });
    return checked(model, api, { answer, count: texts.length });
  };

  return {
    model,
    async embed(texts, { signal, idempotencyKey } = {}) {
      requireTexts(texts);
      signal?.throwIfAborted();
      const parts = partsOf(texts);
      const vectors: number[][] = [];
      for (const [at, part] of parts.entries()) {
        // One that fits into a request keeps its key as it is.
        const key =
          idempotencyKey === undefined || parts.length === 1 ? idempotencyKey : `${idempotencyKey}/${at}`;
        vectors.push(...(await embedSome(part, { signal, key })));
      }
      return vectors;
    },
  };
}

/** @throws GatheringFailure `Unavailable`: what is wrong here is the provider's fault, not the texts' */
function checked(
  { provider, model }: EmbeddingModel,
  api: EmbeddingApi,
  { answer, count }: { answer: unknown; count: number },
): number[][] {
  const broken = (what: string, cause?: unknown): GatheringFailure =>
    new GatheringFailure('Unavailable', `${provider} ${what}`, { cause, details: { provider, model } });
  let vectors: (readonly number[])[];
  try {
    vectors = api.vectorsOf(answer);
  } catch (cause) {
    throw broken('sent an answer that holds no embeddings', cause);
  }
  if (vectors.length !== count) throw broken(`sent ${vectors.length} embeddings for ${count} texts`);
  const lengths = new Set(vectors.map(({ length }) => length));
  if (lengths.size > 1) throw broken(`sent embeddings of different lengths: ${[...lengths].join(', ')}`);
  return vectors.map((vector) => {
    const unit = unitVectorOf(vector);
    if (unit === null) throw broken('sent an embedding that is zero, or holds what is not a number');
    return unit;
  });
}

function partsOf(texts: readonly string[]): string[][] {
  const parts: string[][] = [];
  let characters = Infinity;
  for (const text of texts) {
    const last = parts.at(-1);
    if (last === undefined || last.length >= MOST.texts || characters + text.length > MOST.characters) {
      parts.push([text]);
      characters = text.length;
    } else {
      last.push(text);
      characters += text.length;
    }
  }
  return parts;
}
