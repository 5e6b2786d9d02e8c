import { Worker } from 'node:worker_threads';

import { GatheringFailure } from '../../../contracts/failure.ts';
import type { LocalAnswer, LocalTask } from './wire.ts';

/**
 * One thread with the model in it; it starts when it is first asked, and again when it is asked after it has died. It does what it is asked
 * in that order.
 * @throws GatheringFailure `Unavailable` where the thread cannot work, or dies over it
 */
export interface LocalThread {
  /** The windows of each text; see `windowsOf`. */
  cut(texts: string[]): Promise<string[][]>;
  /** Vectors of windows, one behind the other. */
  read(windows: string[]): Promise<Float32Array<ArrayBuffer>>;
  /** Ends it; what it was asked is refused. */
  close(): Promise<void>;
}

interface Waiting {
  resolve: (answer: LocalAnswer) => void;
  reject: (reason: GatheringFailure) => void;
}

interface Running {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

const RETRY_AFTER_MS = 2_000;
/** Of JavaScript; the model's own memory, about 60 MB, comes on top. */
const HEAP_MB = 512;

export function createLocalThread(main = new URL('./thread-main.ts', import.meta.url)): LocalThread {
  let running: Running | undefined;
  let nextId = 1;

  const start = (): Running => {
    // No arguments of the process reach it: those of a test runner, or a debugger's, would be another program's.
    const worker = new Worker(main, {
      ...{ execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } },
    });
    const waiting = new Map<number, Waiting>();
    const started = { worker, waiting };
    const end = (reason: string): void => {
      if (running === started) running = undefined;
      for (const { reject } of waiting.values()) reject(unavailable(reason));
      waiting.clear();
    };
    worker.on('message', (answer: LocalAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) worker.unref();
      if ('failure' in answer) asked?.reject(unavailable(answer.failure));
      else asked?.resolve(answer);
    });
    worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => end('its thread has ended'));
    return started;
  };

  const ask = (what: { cut: string[] } | { read: string[] }): Promise<LocalAnswer> => {
    running ??= start();
    const { worker, waiting } = running;
    const { promise, resolve, reject } = Promise.withResolvers<LocalAnswer>();
    const task: LocalTask = { id: nextId++, ...what };
    waiting.set(task.id, { resolve, reject });
    // A process that waits for an answer lives on; one that does not may end.
    worker.ref();
    worker.postMessage(task);
    return promise;
  };

  return {
    async cut(texts) {
      const answer = await ask({ cut: texts });
      if ('windows' in answer) return answer.windows;
      throw unavailable('its thread gave no windows');
    },
    async read(windows) {
      const answer = await ask({ read: windows });
      if ('vectors' in answer) return answer.vectors;
      throw unavailable('its thread gave no vectors');
    },
    async close() {
      await running?.worker.terminate();
    },
  };
}

const unavailable = (reason: string): GatheringFailure =>
  new GatheringFailure('Unavailable', `The local embedding model cannot be used: ${reason}`, {
    retryAfterMs: RETRY_AFTER_MS,
  });
