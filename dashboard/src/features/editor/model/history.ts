/** What was, is and will be again. Immutable: each change gives a new one. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last change was to, and when: further typing in the same field is the same step. */
  last: { field: string; at: number } | null;
}

const MOST_STEPS = 300;
/** A longer pause begins a new step. */
const SAME_STEP_MS = 1_500;

export const beginHistory = <T>(present: T): History<T> => ({ past: [], present, future: [], last: null });

/** Steps on. Changes to one `field` that follow each other closely become one step. */
export function step<T>(history: History<T>, next: T, at: number, field: string | null = null): History<T> {
  if (Object.is(next, history.present)) return history;
  const { last, past, present } = history;
  const same = field !== null && last?.field === field && at - last.at <= SAME_STEP_MS;
  return {
    past: same ? past : [...past, present].slice(-MOST_STEPS),
    present: next,
    future: [],
    last: field === null ? null : { field, at },
  };
}

/** Puts something else in the place of the present, which is no step: what the editor does by itself. */
export const amend = <T>(history: History<T>, present: T): History<T> => ({ ...history, present });

export function undo<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  const before = past.at(-1);
  if (before === undefined) return history;
  return { past: past.slice(0, -1), present: before, future: [present, ...future], last: null };
}

export function redo<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  const [next, ...rest] = future;
  if (next === undefined) return history;
  return { past: [...past, present], present: next, future: rest, last: null };
}
