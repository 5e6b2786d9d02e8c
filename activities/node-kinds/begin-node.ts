import type { Fact } from '../../contracts/event.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import type { FactSubject } from '../../contracts/node-facts.ts';
import type { NodePlace } from '../../contracts/place.ts';
import type { OnError } from '../../contracts/plan.ts';
import type { RunRecord } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { failedFact } from '../engine/failed-fact.ts';
import type { ReadsAt } from '../expression/bindings.ts';
import type { EvaluateNode } from '../expression/evaluate-node.ts';

/** What a node needs that begins without an effect on the world: evaluating is none. */
export interface BeginDependencies {
  steps: Pick<RunSteps, 'readValues' | 'tellFacts'>;
  evaluateNode: EvaluateNode;
  readsAt: ReadsAt;
}

export interface Beginning {
  record: RunRecord;
  place: NodePlace;
  node: { type: FactSubject['kind']; onError: OnError };
  /** Told together with a failure; what succeeds tells them itself. */
  facts: readonly Fact[];
  attempt: Pick<ActivityAttempt, 'scheduledAt' | 'signal'>;
}

export type BeginNode = <Result>(
  beginning: Beginning,
  work: (given: Json) => Promise<Result>,
) => Promise<Result>;

/**
 * Makes what begins nodes: their expressions are evaluated, and `work` goes on with what they give. A failure for good, of either, is
 * told as the node's before it is thrown.
 */
export function createBeginNode({ steps, evaluateNode, readsAt }: BeginDependencies): BeginNode {
  return async ({ record, place, node, facts, attempt: { scheduledAt: now, signal } }, work) => {
    const reads = readsAt(record, place);
    const values = await steps.readValues(record.id, [...reads.keys.values()], reads.items);
    try {
      return await work(await evaluateNode({ record, place, reads, values, now }, signal));
    } catch (error) {
      if (!(error instanceof GatheringFailure) || error.retryable) throw error;
      const { type, message } = error;
      const subject = { runId: record.id, place, kind: node.type };
      await steps.tellFacts(record.id, [...facts, failedFact(subject, node.onError, { type, message })]);
      throw error;
    }
  };
}
