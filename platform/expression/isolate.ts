import { GatheringFailure } from '../../contracts/failure.ts';
import type { EvaluationLimits, EvaluationResult, EvaluationTask } from './evaluation.ts';

export interface IsolateOptions {
  limits?: Partial<EvaluationLimits>;
}

/** Evaluates expressions where they can harm nobody: in processes of its own, with limits on time, memory and output. */
export interface Isolate {
  /**
   * Evaluates tasks in their order and answers in the same order. One call is one message, whatever the number of tasks.
   * What is wrong with a task is in its result; this rejects with the reason of `signal` when that is aborted, and with `Unavailable` once closed.
   * Pure: calling it again with the same tasks gives the same results.
   */
  evaluate(tasks: readonly EvaluationTask[], signal?: AbortSignal): Promise<EvaluationResult[]>;
  /** Ends the processes; idempotent. */
  close(): Promise<void>;
}

export const createIsolate = (_options: IsolateOptions = {}): Isolate => ({
  evaluate: () => Promise.reject(new GatheringFailure('Unavailable', 'The isolate is closed')),
  close: () => Promise.resolve(),
});
