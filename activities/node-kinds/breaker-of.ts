import { millisecondsOf } from '../../contracts/duration.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import type { NodePlace } from '../../contracts/place.ts';
import type { BreakerUse } from '../../store/effects.ts';
import type { RunRecord } from '../../store/run-records.ts';
import { planNodeAt } from './node-at.ts';

/** A trial that is ended by its timeout is to be told of before its lease is over, else another one would come in between. */
const TELLING_MS = 500;

/**
 * The circuit breaker of a node, where it has one. It belongs to the pipeline that the node stands in: inside of another pipeline
 * that a run uses, to that one, so that everything that uses it spares the same target.
 */
export function breakerOf(
  record: RunRecord,
  place: NodePlace,
  { circuitBreaker }: PipelineNode,
): { breaker?: BreakerUse } {
  if (circuitBreaker === undefined) return {};
  const { failureThreshold, recoveryTime } = circuitBreaker;
  const breaker = {
    ...owner(record, place.path),
    failureThreshold,
    recoveryMs: millisecondsOf(recoveryTime),
    leaseMs: planNodeAt(record, place).timeoutMs + TELLING_MS,
  };
  return { breaker };
}

function owner(record: RunRecord, path: readonly string[]): Pick<BreakerUse, 'pipelineId' | 'path'> {
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const { map } = planNodeAt(record, { path: path.slice(0, depth), indexes: [] });
    if (map?.pipelineId !== undefined)
      return { pipelineId: map.pipelineId, path: path.slice(depth).join('.') };
  }
  return { pipelineId: record.pipeline.id, path: path.join('.') };
}
