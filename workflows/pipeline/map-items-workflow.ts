/**
 * Some of the items of a big map, on behalf of the run's own workflow.
 * Started by the workflow in which the map stands, under an id that names the run, the map and the first item.
 * Ends when its items have, when one fails under the map's `onError: "fail"`, by cancellation, or when its parent drains: then it
 * hands back how far it has come.
 * Waits for what its items wait for. Continues as new when the server finds its history long, once what runs has ended.
 */
import { CancellationScope, continueAsNew, isCancellation, setHandler } from '@temporalio/workflow';

import type { MapItemsInput, MapItemsOutcome } from '../../contracts/plan.ts';
import { drainSignal, getRunStateQuery } from '../messages.ts';
import { listenForDecisions } from './node-kinds/run-human.ts';
import { runItems } from './node-kinds/run-items.ts';
import { createOutbox } from './outbox.ts';
import { showDetails } from './run-details.ts';
import { runGraph } from './run-graph.ts';
import { listenForPauses } from './run-pause-signals.ts';
import { createSegmentQueue } from './run-segments.ts';
import { PipelineRun } from './run-state.ts';
import { tellRest } from './run-step.ts';
import { createTurns } from './run-turns.ts';

/** @throws CancelledFailure when it was canceled */
export async function mapItemsWorkflow(input: MapItemsInput): Promise<MapItemsOutcome> {
  const { place, plan } = input;
  const run = new PipelineRun(input, createOutbox(isCancellation), Date.now());
  const parent = { drains: false };
  setHandler(getRunStateQuery, () => run.describe());
  setHandler(drainSignal, () => {
    parent.drains = true;
    run.draining = true;
  });
  listenForDecisions(run);
  listenForPauses(run);
  const [node] = plan.nodes;
  const state = run.mapAt(place);
  if (node === undefined || state === undefined) throw new TypeError('there are no items to run');
  showDetails(run);

  const engine = { run, segments: createSegmentQueue(run), turns: createTurns(run), runGraph };
  try {
    const end = await runItems(engine, place, node, state);
    const ended = { costUsd: run.costUsd, failed: [...state.failed] };
    if (end.status === 'completed') return { ...ended, status: 'completed' };
    if (end.status === 'failed') return { ...ended, status: 'failed', error: end.error };
  } finally {
    await CancellationScope.nonCancellable(() => tellRest(run));
  }
  if (parent.drains) return { status: 'drained', costUsd: run.costUsd, carried: run.carry() };
  return continueAsNew<typeof mapItemsWorkflow>({ ...input, carried: run.carry() });
}
