import type { Json } from '../../contracts/json.ts';
import type {
  Bindings,
  Computation,
  EvaluationFailure,
  EvaluationLimits,
  EvaluationTask,
} from './evaluation.ts';

/** A task whose bindings are numbers of entries in `Batch.values`, so that what many tasks share is sent once. */
interface WireTask {
  key: string;
  now: string;
  what: Computation;
  input?: number;
  run?: number;
  item?: number;
  index?: number;
  nodes?: [string, number][];
  secrets?: Record<string, string>;
}

/** To a host: one message for any number of tasks. */
export interface Batch {
  id: number;
  /** A task that needs more is answered with `again`. */
  sliceMs: number;
  /** Once this has passed, the remaining tasks are answered with `untouched`. */
  budgetMs: number;
  /** JSON texts. */
  values: string[];
  tasks: WireTask[];
}

export type Answer = { json: string } | { failure: EvaluationFailure } | 'again' | 'untouched';

/** From a host: one answer for each task, in order; `ready` once after its start. */
export type HostMessage = { ready: true } | { id: number; answers: Answer[] };

/** What a host gets as its only argument, as JSON. */
export type HostSettings = EvaluationLimits;

/** Packs tasks; `bytes` is the length of all values. */
export const packTasks = (
  tasks: readonly EvaluationTask[],
): { values: string[]; tasks: WireTask[]; bytes: number } => {
  const values: string[] = [];
  const numbers = new Map<Json, number>();
  let bytes = 0;
  const put = (value: Json): number => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    bytes += text.length;
    numbers.set(value, values.length);
    return values.push(text) - 1;
  };
  const packed = tasks.map(({ key, now, what, bindings }): WireTask => {
    const { input, run, item, nodes, index, secrets } = bindings;
    return {
      key,
      now,
      what,
      ...(input === undefined ? {} : { input: put(input) }),
      ...(run === undefined ? {} : { run: put(run) }),
      ...(item === undefined ? {} : { item: put(item) }),
      ...(nodes === undefined
        ? {}
        : { nodes: Object.entries(nodes).map(([id, value]): [string, number] => [id, put(value)]) }),
      ...(index === undefined ? {} : { index }),
      ...(secrets === undefined ? {} : { secrets }),
    };
  });
  return { values, tasks: packed, bytes };
};

const mayChangeItsInput = (what: Computation): boolean => JSON.stringify(what).includes('|');

/**
 * Unpacks the tasks of a batch one by one. Tasks share what was sent once, but for those with a transform (`| … |`), which
 * can write to what it reads: they get copies of their own.
 */
export const createUnpacker = (batch: Batch): ((task: WireTask) => EvaluationTask) => {
  const shared = new Map<number, Json>();
  const parse = (position: number): Json => JSON.parse(batch.values[position] ?? 'null') as Json;
  const get = (position: number): Json => {
    const known = shared.get(position);
    if (known !== undefined) return known;
    const value = parse(position);
    shared.set(position, value);
    return value;
  };
  return ({ key, now, what, input, run, item, nodes, index, secrets }) => {
    const value = mayChangeItsInput(what) ? parse : get;
    const bindings: Bindings = {
      ...(input === undefined ? {} : { input: value(input) }),
      ...(run === undefined ? {} : { run: value(run) }),
      ...(item === undefined ? {} : { item: value(item) }),
      ...(nodes === undefined
        ? {}
        : { nodes: Object.fromEntries(nodes.map(([id, position]) => [id, value(position)])) }),
      ...(index === undefined ? {} : { index }),
      ...(secrets === undefined ? {} : { secrets }),
    };
    return { key, now, what, bindings };
  };
};
