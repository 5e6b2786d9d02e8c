import { CancellationScope, condition } from '@temporalio/workflow';

import type { SegmentRequest, SegmentResult } from '../../activities/index.ts';
import { quick } from '../proxies.ts';
import type { PipelineRun } from './run-state.ts';

/** Computes what is pure. */
export interface SegmentQueue {
  /** Rejects at once when the caller's cancellation scope is canceled. */
  evaluate(request: SegmentRequest): Promise<SegmentResult>;
}

interface Waiting {
  request: SegmentRequest;
  resolve: (result: SegmentResult) => void;
  reject: (error: unknown) => void;
}

/** So many graphs are evaluated by one activity at most. */
const REQUESTS_PER_ACTIVITY = 100;

/**
 * Sends together what the items of maps ask for in one turn of the workflow: one activity, however many items became ready.
 * Its activities belong to the cancellation scope in which it is made, not to those that ask.
 */
export function createSegmentQueue(run: PipelineRun): SegmentQueue {
  const scope = new CancellationScope();
  let waiting: Waiting[] = [];
  let count = 0;

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    count += 1;
    const options = { activityId: `segment.${count}`, summary: summaryOf(batch) };
    const requests = batch.map(({ request }) => request);
    try {
      const { results } = await run.outbox.carry((facts) =>
        quick.evaluateSegments.executeWithOptions(options, [{ runId: run.runId, requests, facts }]),
      );
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new TypeError('a segment has no result'));
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const collect = async (): Promise<void> => {
    // Looked at when everything that this turn of the workflow brought has been taken in, not before.
    const collected = condition(() => waiting.length > 0);
    const failed = await collected.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const all = waiting;
    waiting = [];
    if (failed !== undefined) for (const { reject } of all) reject(failed.error);
    else
      for (let from = 0; from < all.length; from += REQUESTS_PER_ACTIVITY)
        void send(all.slice(from, from + REQUESTS_PER_ACTIVITY));
  };

  return {
    evaluate: (request) =>
      new Promise((resolve, reject) => {
        CancellationScope.current().cancelRequested.catch(reject);
        if (waiting.length === 0) void scope.run(collect);
        waiting.push({ request, resolve, reject });
      }),
  };
}

const summaryOf = (batch: readonly Waiting[]): string =>
  batch.length === 1 ? 'evaluate expressions' : `evaluate expressions of ${batch.length} items`;
