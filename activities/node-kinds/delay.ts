import { millisecondsOf } from '../../contracts/duration.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject, type Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import { LONGEST_DELAY_MS } from '../../contracts/node-kinds/delay.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { NodeStep } from '../index.ts';
import type { BeginNode } from './begin-node.ts';
import { nodeAt } from './node-at.ts';

export interface DelayDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'tellFacts' | 'findWaitingUntil'>;
  beginNode: BeginNode;
}

/**
 * The beginning of a delay: it waits in the workflow. The instant that was told first stands, after a reset or in the next
 * execution of the workflow too.
 */
export function createStartDelay({ records, steps, beginNode }: DelayDependencies) {
  return async (
    { runId, place, facts }: NodeStep,
    attempt: ActivityAttempt,
  ): Promise<{ untilMs: number }> => {
    const record = await records.getRunRecord(runId);
    const node = nodeAt(record, place, 'delay');
    const subject = { runId, place, kind: node.type };
    const known = await steps.findWaitingUntil(runId, place);
    if (known !== null) {
      await steps.tellFacts(runId, facts);
      return { untilMs: Date.parse(known) };
    }
    return beginNode({ record, place, node, facts, attempt }, async (given) => {
      const untilMs = endOf(given, Date.parse(attempt.scheduledAt));
      const until = new Date(untilMs).toISOString();
      await steps.tellFacts(runId, [...facts, nodeFact(subject, 'node.waiting', { input: given, until })]);
      return { untilMs };
    });
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
