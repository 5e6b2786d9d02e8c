import type { EmbeddingModel } from '../../../contracts/embedding.ts';
import { GatheringFailure } from '../../../contracts/failure.ts';
import type { Embedder } from '../embedder.ts';
import { requireTexts } from '../require-texts.ts';
import { unitVectorOf } from '../unit-vector.ts';
import type { LocalThread } from './local-thread.ts';
import { LOCAL_DIMENSIONS } from './wire.ts';

export const LOCAL_MODEL: EmbeddingModel = { provider: 'local', model: 'universal-sentence-encoder-lite' };

interface Request {
  texts: readonly string[];
  vectors: number[][];
  /** Texts that a thread has, or has done. */
  taken: number;
  resolve: (vectors: number[][]) => void;
  reject: (reason: unknown) => void;
}

/** A thread gets so much at once: more would make others wait longer, and is hardly faster. */
const SLICE = { texts: 4, characters: 2_000 };

/**
 * The model of the house, in threads of its own. Requests take turns, a few texts each, so a question does not wait for a whole document.
 * @param threads each holds the model (about 150 MB) and uses one processor while it works
 */
export function createLocalEmbedder(threads: readonly LocalThread[]): Embedder & { close(): Promise<void> } {
  const idle = [...threads];
  const queue: Request[] = [];

  const work = async (thread: LocalThread, request: Request, slice: readonly string[]): Promise<void> => {
    const from = request.taken - slice.length;
    try {
      const flat = await thread.embed([...slice]);
      slice.forEach((_, at) => {
        const vector = flat.subarray(at * LOCAL_DIMENSIONS, (at + 1) * LOCAL_DIMENSIONS);
        request.vectors[from + at] = unit(vector);
      });
      if (Object.keys(request.vectors).length === request.texts.length) request.resolve(request.vectors);
    } catch (error) {
      drop(request, error);
    }
    idle.push(thread);
    next();
  };

  const drop = (request: Request, reason: unknown): void => {
    const at = queue.indexOf(request);
    if (at >= 0) queue.splice(at, 1);
    request.reject(reason);
  };

  const next = (): void => {
    for (let request = queue[0]; request !== undefined && idle.length > 0; request = queue[0]) {
      const thread = idle.pop();
      const slice = sliceOf(request.texts.slice(request.taken));
      request.taken += slice.length;
      queue.shift();
      if (request.taken < request.texts.length) queue.push(request);
      if (thread !== undefined) void work(thread, request, slice);
    }
  };

  return {
    model: LOCAL_MODEL,
    async embed(texts, { signal } = {}) {
      requireTexts(texts);
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      const { promise, resolve, reject } = Promise.withResolvers<number[][]>();
      const request: Request = { texts, vectors: [], taken: 0, resolve, reject };
      const abort = (): void => drop(request, signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      // One that has had nothing yet goes before those that have.
      const served = queue.findIndex(({ taken }) => taken > 0);
      queue.splice(served < 0 ? queue.length : served, 0, request);
      next();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

function unit(vector: Float32Array): number[] {
  const found = unitVectorOf(vector);
  if (found === null) throw new GatheringFailure('Unavailable', 'The local embedding model made no vector.');
  return found;
}

function sliceOf(texts: readonly string[]): readonly string[] {
  let characters = 0;
  const end = texts.findIndex((text, at) => {
    characters += text.length;
    return at > 0 && (at >= SLICE.texts || characters > SLICE.characters);
  });
  return end < 0 ? texts : texts.slice(0, end);
}
