import type { EvaluationLimits } from './evaluation.ts';

/** An evaluation has used up a limit. `outOfTime`: with more time it might have come to an end. */
export class LimitReached extends Error {
  readonly outOfTime: boolean;
  constructor(message: string, outOfTime = false) {
    super(message);
    this.outOfTime = outOfTime;
  }
}

/** Counts what one evaluation uses and throws `LimitReached` when that is too much. */
export interface Meter {
  start(timeMs: number): void;
  /** One step: a syntax node, a call of a built-in function, a comparison. */
  tick: () => void;
  /** Several steps at once, before something is done that costs as much. */
  spend(steps: number): void;
  /** Before a string or an array of that size comes into being. */
  stringLength(length: number): void;
  items(count: number): void;
}

/** Reading the clock costs more than a step. */
const STEPS_PER_CLOCK_READING = 64;

export const createMeter = (limits: EvaluationLimits, clock: () => number): Meter => {
  let steps = 0;
  let nextReading = STEPS_PER_CLOCK_READING;
  let deadline = 0;
  const spend = (count: number): void => {
    steps += count;
    if (steps > limits.steps) throw new LimitReached(`The expression took more than ${limits.steps} steps`);
    if (steps < nextReading) return;
    nextReading = steps + STEPS_PER_CLOCK_READING;
    if (clock() > deadline)
      throw new LimitReached(`The expression took longer than ${limits.timeMs} ms`, true);
  };
  return {
    start(timeMs) {
      steps = 0;
      nextReading = STEPS_PER_CLOCK_READING;
      deadline = clock() + timeMs;
    },
    tick: () => spend(1),
    spend,
    stringLength(length) {
      if (length > limits.stringLength)
        throw new LimitReached(`A string became longer than ${limits.stringLength} characters`);
    },
    items(count) {
      if (count > limits.items) throw new LimitReached(`A list became longer than ${limits.items} items`);
    },
  };
};
