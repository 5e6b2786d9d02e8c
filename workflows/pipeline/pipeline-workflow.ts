/**
 * One run of one version of a pipeline.
 * Started by the API (`POST /pipelines/:id/runs`), again under the same id for as long as the run's row says `queued`.
 * Ends when every node is decided, when a node fails under `onError: "fail"`, by cancellation, or at the pipeline's timeout; its
 * last activity, which nothing cancels, writes the end into the run's row.
 * Waits for activities only. Continues as new when the server finds its history long, once what runs has ended.
 */
import { ApplicationFailureCategory } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  isCancellation,
  setHandler,
  TemporalFailure,
} from '@temporalio/workflow';

import type { Failure } from '../../contracts/failure.ts';
import { TOP } from '../../contracts/place.ts';
import type { PipelineRunInput, RunEnd, RunOutcome } from '../../contracts/plan.ts';
import { getRunStateQuery } from '../messages.ts';
import { quick } from '../proxies.ts';
import { failureOf } from './activity-failure.ts';
import { listenForDecisions } from './node-kinds/run-human.ts';
import { createOutbox, FACTS_PER_ACTIVITY } from './outbox.ts';
import { showDetails } from './run-details.ts';
import { runGraph } from './run-graph.ts';
import { beforeDeadline } from './run-in-time.ts';
import { listenForPauses } from './run-pause-signals.ts';
import { createSegmentQueue } from './run-segments.ts';
import { PipelineRun } from './run-state.ts';
import { publishFacts, tellRest } from './run-step.ts';
import { createTurns } from './run-turns.ts';

/** @throws ApplicationFailure when the run failed or timed out, CancelledFailure when it was canceled: what operators see. */
export async function pipelineWorkflow(input: PipelineRunInput): Promise<RunOutcome> {
  const run = new PipelineRun(input, createOutbox(isCancellation), Date.now());
  setHandler(getRunStateQuery, () => run.describe());
  listenForDecisions(run);
  listenForPauses(run);
  showDetails(run);

  const end = await endOf(run);
  if (end === 'drained') {
    await CancellationScope.nonCancellable(() => tellRest(run));
    return continueAsNew<typeof pipelineWorkflow>({ ...input, carried: run.carry() });
  }
  const status = await CancellationScope.nonCancellable(() => close(run, end));
  return outcomeOf(run, status, end.error);
}

type End = { status: RunEnd; error?: Failure };

async function endOf(run: PipelineRun): Promise<End | 'drained'> {
  try {
    if (run.nowMs >= run.deadlineMs) return TIMED_OUT;
    const end = await beforeDeadline(run, run.deadlineMs, () => {
      const engine = { run, segments: createSegmentQueue(run), turns: createTurns(run), runGraph };
      return runGraph(engine, TOP, run.input.plan);
    });
    if (end === 'timed out') return TIMED_OUT;
    return end.result.status === 'drained' ? 'drained' : end.result;
  } catch (error) {
    if (isCancellation(error)) return { status: 'canceled' };
    // Anything else would be a bug: the task fails, and is tried again by a worker that has it no more.
    if (!(error instanceof TemporalFailure)) throw error;
    return { status: 'failed', error: failureOf(error) };
  }
}

const TIMED_OUT: End = { status: 'timed_out' };

async function close(run: PipelineRun, { status, error }: End): Promise<RunEnd> {
  const { sinks } = run.graphOf(run.input.plan);
  while (run.outbox.waiting > FACTS_PER_ACTIVITY) await publishFacts(run);
  const closed = await quick.closeRun.executeWithOptions(
    { activityId: 'close', summary: `the run is ${status}` },
    [
      {
        ...{ runId: run.runId, status, sinks, facts: run.outbox.unconfirmed() },
        ...(error === undefined ? {} : { error }),
      },
    ],
  );
  return closed.status;
}

function outcomeOf(run: PipelineRun, status: RunEnd, error: Failure | undefined): RunOutcome {
  switch (status) {
    case 'completed':
      return { status, costUsd: run.costUsd };
    case 'canceled':
      throw new CancelledFailure('The run was canceled');
    case 'timed_out':
      throw failed({ type: 'TimedOut', message: 'The run took longer than its timeout' });
    case 'failed':
      throw failed(error ?? { type: 'Unavailable', message: 'The run failed' });
  }
}

/** Benign: a pipeline that fails is no news to the operator of the worker. */
const failed = ({ type, message }: Failure): ApplicationFailure =>
  ApplicationFailure.create({
    ...{ type, message, nonRetryable: true, category: ApplicationFailureCategory.BENIGN },
  });
