import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { effectKeyOf, type NodePlace } from '../../contracts/place.ts';
import type { Isolate } from '../../platform/expression/isolate.ts';
import type { Values } from '../../store/effects.ts';
import type { RunRecord } from '../../store/run-records.ts';
import { bindingsOf, type NodeReads } from './bindings.ts';

export interface NodeEvaluation {
  record: RunRecord;
  place: NodePlace;
  reads: NodeReads;
  values: Values;
  /** ISO: what `$now()` says. */
  now: string;
  secrets?: Readonly<Record<string, string>>;
}

/**
 * Gives the value of a node's expressions.
 * @throws GatheringFailure InvalidInput or LimitExceeded when they cannot be evaluated
 */
export type EvaluateNode = (evaluation: NodeEvaluation, signal: AbortSignal) => Promise<Json>;

/** Evaluates in the isolate; what holds no expression is its own value. */
export function createEvaluateNode(isolate: Pick<Isolate, 'evaluate'>): EvaluateNode {
  return async ({ record, place, reads, values, now, secrets }, signal) => {
    if (reads.fixed !== undefined) return reads.fixed;
    if (reads.what === undefined) throw new TypeError('a merge has no expression');
    const bindings = {
      ...bindingsOf(record, reads, values),
      ...(secrets === undefined ? {} : { secrets: { ...secrets } }),
    };
    const task = { key: effectKeyOf(record.id, place), now, bindings, what: reads.what };
    const [result] = await isolate.evaluate([task], signal);
    if (result === undefined) throw new TypeError('the isolate has left out a result');
    if (!result.ok) throw new GatheringFailure(result.failure.type, result.failure.message);
    return result.value;
  };
}
