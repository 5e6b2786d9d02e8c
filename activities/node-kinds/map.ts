import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { failedFact } from '../engine/failed-fact.ts';
import type { ReadsAt } from '../expression/bindings.ts';
import type { EvaluateNode } from '../expression/evaluate-node.ts';
import type { Activities, NodeStep } from '../index.ts';
import { nodeAt } from './node-at.ts';

export interface MapDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'readValues' | 'startMap' | 'completeMap' | 'tellFacts'>;
  evaluateNode: EvaluateNode;
  readsAt: ReadsAt;
}

const MOST_ITEMS = 10_000;

/** The beginning and the end of a map; in between, its items are graphs of their own. */
export function createMapActivities({ records, steps, evaluateNode, readsAt }: MapDependencies) {
  /** Evaluating is no effect: a second attempt lists the same items, and the first list that was stored stands. */
  const startMap = async (
    { runId, place, facts }: NodeStep,
    { scheduledAt, signal }: ActivityAttempt,
  ): Promise<{ count: number }> => {
    const record = await records.getRunRecord(runId);
    const node = nodeAt(record, place, 'map');
    const subject = { runId, place, kind: node.type };
    const reads = readsAt(record, place);
    const items = reads.itemKey === undefined ? [] : [reads.itemKey];
    const values = await steps.readValues(runId, [...reads.keys.values()], items);
    const listed = await evaluateNode({ record, place, reads, values, now: scheduledAt }, signal).catch(
      (error: unknown) => {
        if (error instanceof GatheringFailure && !error.retryable) return error;
        throw error;
      },
    );
    const list = listed instanceof GatheringFailure ? listed : checked(listed);
    if (list instanceof GatheringFailure) {
      const failure = { type: list.type, message: list.message };
      await steps.tellFacts(runId, [...facts, failedFact(subject, node.onError, failure)]);
      throw list;
    }
    return {
      count: await steps.startMap(runId, place, list, [
        ...facts,
        nodeFact(subject, 'node.started', { items: list.length }),
      ]),
    };
  };

  const completeMap = ({
    runId,
    place,
    sinks,
    failed,
    facts,
  }: Parameters<Activities['completeMap']>[0]): Promise<void> =>
    steps.completeMap(runId, place, { sinks, failed }, facts);

  return { startMap, completeMap };
}

function checked(list: Json): Json[] | GatheringFailure {
  if (!Array.isArray(list)) throw new TypeError('the isolate gives lists as arrays');
  if (list.length <= MOST_ITEMS) return list;
  return new GatheringFailure(
    'LimitExceeded',
    `The list has ${list.length} items; a map takes ${MOST_ITEMS}`,
  );
}
