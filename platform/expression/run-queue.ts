import type { EvaluationFailure, EvaluationResult, EvaluationTask } from './evaluation.ts';

/** One task on its way through the isolate. */
export interface Unit {
  readonly task: EvaluationTask;
  /** The call that it came with: units of different calls never share a message, so none waits for another's. */
  readonly call: object;
  /** Whether anybody still waits for it. */
  wanted(): boolean;
  settle(result: EvaluationResult): void;
  /** How much time it gets: an index of the isolate's slices. */
  level: number;
  /** In a message of its own, after a message with it and others ended its host. */
  alone: boolean;
  /** It was in the message that a host died of, for a reason that may have been another's. */
  crashed: boolean;
}

export const fail = (unit: Unit, type: EvaluationFailure['type'], message: string): void =>
  unit.settle({ ok: false, failure: { type, message } });

/** Tasks that wait, by level. Those that nobody waits for any more are dropped as they are met. */
export interface RunQueue {
  add(unit: Unit): void;
  /** The next units of level 0 for one message: at most `count` of one call, or one that must be alone. */
  takeQuick(count: number): Unit[];
  /** The next unit of the lowest level above 0. */
  takeSlow(): Unit | undefined;
}

export const createRunQueue = (): RunQueue => {
  const levels: Unit[][] = [];
  const shift = (level: number): Unit | undefined => {
    const queue = levels[level] ?? [];
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) if (unit.wanted()) return unit;
    return undefined;
  };
  return {
    add(unit) {
      (levels[unit.level] ??= []).push(unit);
    },
    takeQuick(count) {
      const taken: Unit[] = [];
      while (
        taken.length < count &&
        !(taken.length > 0 && (levels[0]?.[0]?.alone || levels[0]?.[0]?.call !== taken[0]?.call))
      ) {
        const unit = shift(0);
        if (unit === undefined) break;
        taken.push(unit);
        if (unit.alone) break;
      }
      return taken;
    },
    takeSlow() {
      for (let level = 1; level < levels.length; level++) {
        const unit = shift(level);
        if (unit !== undefined) return unit;
      }
      return undefined;
    },
  };
};
