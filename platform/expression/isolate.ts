import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import type { EvaluationLimits, EvaluationResult, EvaluationTask } from './evaluation.ts';
import { DEFAULT_LIMITS } from './evaluation.ts';
import { createHostPool } from './host-pool.ts';
import type { Unit } from './run-queue.ts';

export interface IsolateOptions {
  limits?: Partial<EvaluationLimits>;
  /** Heap of one host, in MB. */
  heapMb?: number;
  /** Hosts that answer what is quick, at the same time. Besides them there is one for what is slow and one in reserve. */
  quickHosts?: number;
}

/**
 * Evaluates expressions where they can harm nobody: in processes of its own, with limits on time, memory and output. What takes
 * longer than a short first slice is stopped and computed again in a slower lane, so it does not keep others waiting.
 */
export interface Isolate {
  /**
   * Evaluates tasks and answers in their order. One call is one message for up to 100 tasks.
   * What is wrong with a task is in its result; this rejects with the reason of `signal` when that is aborted, and with `Unavailable` once closed or
   * when no host can be started. Pure: the same tasks give the same results, so it may be called again at will.
   */
  evaluate(tasks: readonly EvaluationTask[], signal?: AbortSignal): Promise<EvaluationResult[]>;
  /** Ends the processes and rejects what is under way; idempotent. */
  close(): Promise<void>;
}

/** Starts its processes at once; the first call waits for them. They end with this process, however that ends. */
export const createIsolate = (options: IsolateOptions = {}): Isolate => {
  const underWay = new Set<(reason: unknown) => void>();
  const pool = createHostPool({
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    heapMb: options.heapMb ?? 256,
    quickHosts: options.quickHosts ?? 2,
    unavailable(reason) {
      for (const abandon of underWay) abandon(reason);
    },
  });
  let closed = false;

  const submit = (
    tasks: readonly EvaluationTask[],
    signal: AbortSignal | undefined,
  ): Promise<EvaluationResult[]> =>
    new Promise((resolve, reject) => {
      const results: EvaluationResult[] = [];
      let missing = tasks.length;
      let done = false;
      const finish = (): void => {
        done = true;
        underWay.delete(abandon);
        signal?.removeEventListener('abort', onAbort);
      };
      const abandon = (reason: unknown): void => {
        finish();
        reject(
          reason instanceof Error
            ? reason
            : new GatheringFailure('Unavailable', 'The evaluation was abandoned', { cause: reason }),
        );
      };
      const onAbort = (): void => abandon(signal?.reason);
      underWay.add(abandon);
      signal?.addEventListener('abort', onAbort, { once: true });
      const units = tasks.map((task, index): Unit => {
        let settled = false;
        return {
          task,
          call: tasks,
          wanted: () => !done && !settled,
          settle(result) {
            if (done || settled) return;
            settled = true;
            results[index] = result;
            if (--missing > 0) return;
            finish();
            resolve(results);
          },
          level: 0,
          alone: false,
          crashed: false,
        };
      });
      pool.submit(units);
    });

  return {
    async evaluate(tasks, signal) {
      if (closed) throw new GatheringFailure('Unavailable', 'The isolate is closed');
      signal?.throwIfAborted();
      return tasks.length === 0 ? [] : submit(tasks, signal);
    },
    async close() {
      closed = true;
      for (const abandon of underWay) abandon(new GatheringFailure('Unavailable', 'The isolate is closed'));
      await pool.close();
    },
  };
};

/** The value of a result, or its failure thrown. @throws GatheringFailure `InvalidInput` or `LimitExceeded` */
export const valueOf = (result: EvaluationResult): Json => {
  if (result.ok) return result.value;
  throw new GatheringFailure(result.failure.type, result.failure.message);
};
