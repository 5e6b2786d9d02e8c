import type { FailureType } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';

/** What an expression sees. A binding that is absent evaluates to undefined, like any other unknown name. */
export interface Bindings {
  input?: Json;
  nodes?: Record<string, Json>;
  run?: Json;
  item?: Json;
  index?: number;
  secrets?: Record<string, string>;
}

/** What is to be computed; expressions are JSONata sources without braces, templates are described in `template.ts`. */
export type Computation =
  /** The value as JSON; undefined becomes null. */
  | { kind: 'value'; expression: string }
  /** By JSONata's `$boolean`; undefined is false. */
  | { kind: 'boolean'; expression: string }
  /** Always an array: undefined is empty, anything that is not an array is its only item. */
  | { kind: 'list'; expression: string }
  /** Always an array: those items of the list `items` for which `where` (sees `item` and `index` as well) is true by `$boolean`. */
  | { kind: 'filter'; items: string; where: string }
  | { kind: 'template'; template: Json };

/** One pure computation. The same task gives the same result, on every attempt and every machine. */
export interface EvaluationTask {
  /** Seeds `$random()` and `$shuffle()`: successive calls differ, a retry under the same key does not. */
  key: string;
  /** An ISO instant: what `$now()` and `$millis()` say. */
  now: string;
  bindings: Bindings;
  what: Computation;
}

export interface EvaluationFailure {
  type: Extract<FailureType, 'InvalidInput' | 'LimitExceeded'>;
  message: string;
}

export type EvaluationResult = { ok: true; value: Json } | { ok: false; failure: EvaluationFailure };

/** Limits of one task. */
export interface EvaluationLimits {
  /** Wall time of one evaluation on its host. */
  timeMs: number;
  /** Syntax nodes evaluated. */
  steps: number;
  /** Syntax nodes that wait for each other: bounds recursion that is not a tail call. */
  depth: number;
  /** Length of any array that comes into being. */
  items: number;
  /** Length of any string that comes into being, in UTF-16 units. */
  stringLength: number;
  /** JSON of the result, in bytes (UTF-8). */
  outputBytes: number;
  /** Nesting of the result. */
  outputDepth: number;
}

export const DEFAULT_LIMITS: EvaluationLimits = {
  timeMs: 500,
  steps: 2_000_000,
  depth: 5_000,
  items: 250_000,
  stringLength: 16 * 1024 * 1024,
  outputBytes: 8 * 1024 * 1024,
  outputDepth: 200,
};

/** Longest source of one expression, in UTF-16 units. */
export const MAX_SOURCE_LENGTH = 10_000;
