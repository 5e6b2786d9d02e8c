import { millisecondsOf } from '../../contracts/duration.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject, type Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import { LONGEST_DELAY_MS } from '../../contracts/node-kinds/delay.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { failedFact } from '../engine/failed-fact.ts';
import type { ReadsAt } from '../expression/bindings.ts';
import type { EvaluateNode } from '../expression/evaluate-node.ts';
import type { NodeStep } from '../index.ts';
import { nodeAt } from './node-at.ts';

export interface DelayDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'readValues' | 'tellFacts' | 'findWaitingUntil'>;
  evaluateNode: EvaluateNode;
  readsAt: ReadsAt;
}

/**
 * The beginning of a delay: it waits in the workflow. The instant that was told first stands, after a reset or in the next
 * execution of the workflow too.
 */
export function createStartDelay({ records, steps, evaluateNode, readsAt }: DelayDependencies) {
  return async (
    { runId, place, facts }: NodeStep,
    { scheduledAt, signal }: ActivityAttempt,
  ): Promise<{ untilMs: number }> => {
    const record = await records.getRunRecord(runId);
    const node = nodeAt(record, place, 'delay');
    const subject = { runId, place, kind: node.type };
    const known = await steps.findWaitingUntil(runId, place);
    if (known !== null) {
      await steps.tellFacts(runId, facts);
      return { untilMs: Date.parse(known) };
    }
    const reads = readsAt(record, place);
    const values = await steps.readValues(runId, [...reads.keys.values()], reads.items);
    try {
      const given = await evaluateNode({ record, place, reads, values, now: scheduledAt }, signal);
      const untilMs = endOf(given, Date.parse(scheduledAt));
      const until = new Date(untilMs).toISOString();
      await steps.tellFacts(runId, [...facts, nodeFact(subject, 'node.waiting', { input: given, until })]);
      return { untilMs };
    } catch (error) {
      if (!(error instanceof GatheringFailure) || error.retryable) throw error;
      const { type, message } = error;
      await steps.tellFacts(runId, [...facts, failedFact(subject, node.onError, { type, message })]);
      throw error;
    }
  };
}

/** @throws GatheringFailure InvalidInput */
function endOf(given: Json, nowMs: number): number {
  const { duration, until } = isJsonObject(given) ? given : {};
  const untilMs =
    duration === undefined
      ? Date.parse(typeof until === 'string' ? until : '')
      : nowMs + millisecondsOf(typeof duration === 'string' ? duration : '');
  if (Number.isNaN(untilMs)) {
    const wanted =
      duration === undefined
        ? 'an instant such as "2027-01-31T08:00:00Z"'
        : 'a duration such as "30 seconds"';
    throw new GatheringFailure(
      'InvalidInput',
      `${JSON.stringify(duration ?? until ?? null)} is not ${wanted}`,
    );
  }
  if (untilMs > nowMs + LONGEST_DELAY_MS)
    throw new GatheringFailure('InvalidInput', 'A delay may not be longer than ten years');
  return untilMs;
}
