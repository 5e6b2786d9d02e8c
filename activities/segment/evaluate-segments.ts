import { createHash } from 'node:crypto';

import type { Json } from '../../contracts/json.ts';
import type { EvaluationResult } from '../../platform/expression/evaluation.ts';
import type { Isolate } from '../../platform/expression/isolate.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import { storableJson } from '../../store/json.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { ReadsAt } from '../expression/bindings.ts';
import type { Activities } from '../index.ts';
import { type Ready, Segment } from './segment.ts';

export interface SegmentDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'readValues' | 'tellSegment'>;
  isolate: Pick<Isolate, 'evaluate'>;
  readsAt: ReadsAt;
  failpoint: Failpoint;
}

type Input = Parameters<Activities['evaluateSegments']>[0];

/**
 * Computes in several graphs whatever is pure and can be computed, round by round; one read before, one transaction after. What was
 * told first is the answer of every later attempt: a limit of time may strike one evaluation and not the other.
 */
export function createEvaluateSegments({ records, steps, isolate, readsAt, failpoint }: SegmentDependencies) {
  return async (
    { runId, requests, facts }: Input,
    { scheduledAt, signal }: ActivityAttempt,
  ): Promise<Awaited<ReturnType<Activities['evaluateSegments']>>> => {
    const record = await records.getRunRecord(runId);
    const segments = requests.map((request) => new Segment(record, request, readsAt, scheduledAt));
    const needs = segments.map((segment) => segment.needs());
    const reads = needs.flatMap((need) => need.reads);
    const items = needs.flatMap((need) => need.items);
    if (reads.length + items.length > 0) {
      const values = await steps.readValues(runId, [...new Set(reads)], items);
      for (const segment of segments) segment.give(values);
    }
    await evaluateRounds(segments, isolate, signal);
    const told = await steps.tellSegment(
      runId,
      { key: keyOf(requests), result: segments.map((segment) => segment.result()) },
      [...facts, ...segments.flatMap((segment) => segment.facts)],
    );
    await failpoint('segment.told', runId);
    return { results: told };
  };
}

/** The same question has the same key, after a reset of the workflow too. */
const keyOf = (requests: Input['requests']): string =>
  createHash('sha256').update(JSON.stringify(requests)).digest('base64url');

async function evaluateRounds(
  segments: readonly Segment[],
  isolate: Pick<Isolate, 'evaluate'>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const rounds = segments.map((segment) => segment.round());
    const all = rounds.flat();
    if (all.length === 0) return;
    const results = await resultsOf(all, isolate, signal);
    let from = 0;
    segments.forEach((segment, index) => {
      const round = rounds[index] ?? [];
      segment.note(round, results.slice(from, (from += round.length)));
    });
  }
}

/** Undefined where there was nothing to evaluate. */
async function resultsOf(
  all: readonly Ready[],
  isolate: Pick<Isolate, 'evaluate'>,
  signal: AbortSignal,
): Promise<(EvaluationResult | undefined)[]> {
  const tasks = all.flatMap(({ task }) => task ?? []);
  const results = (tasks.length === 0 ? [] : await isolate.evaluate(tasks, signal)).values();
  return all.map(({ task }) => (task === undefined ? undefined : asStored(results.next().value)));
}

/** What the nodes behind it see now must be what they would see if they read it from the database. */
function asStored(result: EvaluationResult | undefined): EvaluationResult {
  if (result === undefined) throw new TypeError('the isolate has left out a result');
  if (!result.ok || !JSON.stringify(result.value).includes('\\u')) return result;
  const value = JSON.parse(storableJson(result.value)) as Json; // what JSON.parse returns is JSON
  return { ok: true, value };
}
