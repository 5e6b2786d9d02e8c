import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import type { Failure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import { effectKeyOf } from '../../contracts/place.ts';
import type { Isolate } from '../../platform/expression/isolate.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { failedFact } from '../engine/failed-fact.ts';
import { bindingsOf, type ReadsAt } from '../expression/bindings.ts';
import type { Activities, NodeStep } from '../index.ts';
import { nodeAt } from './node-at.ts';

export interface MapDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'readValues' | 'startMap' | 'completeMap' | 'tellFacts'>;
  isolate: Pick<Isolate, 'evaluate'>;
  readsAt: ReadsAt;
}

const MOST_ITEMS = 10_000;

/** The beginning and the end of a map; in between, its items are graphs of their own. */
export function createMapActivities({ records, steps, isolate, readsAt }: MapDependencies) {
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
    const bindings = bindingsOf(record, place, reads, values);
    const what = { kind: 'list' as const, expression: node.config.items };
    const task = { key: effectKeyOf(runId, place), now: scheduledAt, bindings, what };
    const [result] = await isolate.evaluate([task], signal);
    const failure = result === undefined || result.ok ? tooMany(result?.value) : result.failure;
    if (failure !== undefined) {
      await steps.tellFacts(runId, [...facts, failedFact(subject, node.onError, failure)]);
      throw failedForGood(failure);
    }
    const list = result?.ok === true && Array.isArray(result.value) ? result.value : [];
    return {
      count: await steps.startMap(runId, place, list, [...facts, nodeFact(subject, 'node.started', {})]),
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

function tooMany(list: Json | undefined): Failure | undefined {
  if (!Array.isArray(list) || list.length <= MOST_ITEMS) return undefined;
  return { type: 'LimitExceeded', message: `The list has ${list.length} items; a map takes ${MOST_ITEMS}` };
}

const failedForGood = ({ type, message }: Failure): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });
