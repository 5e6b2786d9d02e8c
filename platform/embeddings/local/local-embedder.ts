import type { EmbeddingModel } from '../../../contracts/embedding.ts';
import { GatheringFailure } from '../../../contracts/failure.ts';
import type { Embedder } from '../embedder.ts';
import { requireTexts } from '../require-texts.ts';
import { createLocalRequest, type LocalRequest } from './local-request.ts';
import type { LocalThread } from './local-thread.ts';

export const LOCAL_MODEL: EmbeddingModel = { provider: 'local', model: 'universal-sentence-encoder-lite' };

interface Queued {
  request: LocalRequest;
  /** It has had a turn. */
  isServed: boolean;
  /** It failed, or was given up. */
  isOver: boolean;
  resolve: (vectors: number[][]) => void;
  reject: (reason: unknown) => void;
}

/**
 * The model of the house, in threads of its own. Requests take turns of a few windows each, so nobody waits for somebody else's whole document,
 * nor for a whole long text.
 * @param threads each holds the model (about 150 MB) and uses one processor while it works
 */
export function createLocalEmbedder(threads: readonly LocalThread[]): Embedder & { close(): Promise<void> } {
  const idle = [...threads];
  const queue: Queued[] = [];

  const drop = (queued: Queued, reason: unknown): void => {
    queued.isOver = true;
    const at = queue.indexOf(queued);
    if (at >= 0) queue.splice(at, 1);
    queued.reject(reason);
  };

  const enqueue = (queued: Queued): void => {
    if (queued.isOver || queue.includes(queued) || !queued.request.hasTurns()) return;
    // One that has had nothing yet goes before those that have.
    const served = queued.isServed ? -1 : queue.findIndex(({ isServed }) => isServed);
    queue.splice(served < 0 ? queue.length : served, 0, queued);
  };

  const takeTurn = async (thread: LocalThread, queued: Queued): Promise<void> => {
    const { request } = queued;
    queued.isServed = true;
    const { from, texts } = request.takeTexts();
    if (texts.length > 0) {
      // Another thread may go on with the rest meanwhile.
      enqueue(queued);
      request.putWindows(from, await thread.cut(texts));
    }
    if (queued.isOver) return;
    const windows = request.takeWindows(queue.some((other) => other !== queued));
    // Another thread was faster.
    if (windows.length === 0) return;
    enqueue(queued);
    next();
    request.putVectors(windows, await thread.read(windows.map(({ words }) => words)));
    if (request.isDone()) queued.resolve(request.vectors());
  };

  const work = async (thread: LocalThread, queued: Queued): Promise<void> => {
    try {
      await takeTurn(thread, queued);
    } catch (error) {
      drop(queued, error);
    }
    idle.push(thread);
    next();
  };

  const next = (): void => {
    while (idle.length > 0 && queue.length > 0) {
      const [thread, queued] = [idle.pop(), queue.shift()];
      if (thread !== undefined && queued !== undefined) void work(thread, queued);
    }
  };

  return {
    model: LOCAL_MODEL,
    async embed(texts, { signal } = {}) {
      requireTexts(texts);
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      const { promise, resolve, reject } = Promise.withResolvers<number[][]>();
      const queued: Queued = {
        ...{ request: createLocalRequest(texts), isServed: false, isOver: false, resolve, reject },
      };
      const abort = (): void => drop(queued, signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      enqueue(queued);
      next();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    async close() {
      for (const queued of [...queue])
        drop(queued, new GatheringFailure('Unavailable', 'The embedder is closed.'));
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
