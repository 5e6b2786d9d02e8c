import { ApplicationFailure, patched } from '@temporalio/workflow';

import type { Failure } from '../../../contracts/failure.ts';
import type { NodePlace } from '../../../contracts/place.ts';
import { DEFAULT_PORT, type MapPlan, type PlanNode } from '../../../contracts/plan.ts';
import { quick } from '../../proxies.ts';
import type { Engine, NodeRunner } from '../engine.ts';
import { inTime } from '../run-in-time.ts';
import type { PipelineRun } from '../run-state.ts';
import { stepOptions } from '../run-step.ts';
import { runChildren } from './run-children.ts';
import { runItems } from './run-items.ts';

/** With more items than these, a map runs them in child workflows. */
const MOST_INLINE = 250;
/** One workflow's history holds so many items, and goes on in another one long before it is too long. */
const ITEMS_PER_CHILD = 500;

/**
 * Runs a graph for each item, at most `concurrency` at once, those first that come first in the list. The items are fixed by its
 * first activity, their outputs collected by its last; those of a big map are shared out to child workflows. A node of kind
 * `pipeline` is a map over one item.
 */
export const runMapNode: NodeRunner = async (engine, { place, node }) => {
  const { run } = engine;
  const { map } = node;
  if (map === undefined) throw new TypeError(`the ${node.kind} ${node.id} has no plan`);
  const state = run.mapAt(place) ?? run.beginMap(place, await startMap(engine, place, node));
  const work = state.childSize === undefined ? runItems : runChildren;
  const end = await inTime(run, state.deadlineMs, () => work(engine, place, node, state));
  if (end.status === 'failed') {
    await failMap(engine, place, node, end.error);
    run.endMap(place);
    throw ApplicationFailure.nonRetryable(end.error.message, end.error.type);
  }
  if (end.status === 'drained') return 'drained';
  await completeMap(engine, place, node, { failed: [...state.failed], sinks: sinksOf(engine, map) });
  run.endMap(place);
  return { outcomes: [{ id: node.id, status: 'completed', port: DEFAULT_PORT }] };
};

const sinksOf = ({ run }: Engine, { graph }: MapPlan): readonly string[] => run.graphOf(graph).sinks;

async function startMap(
  { run }: Engine,
  place: NodePlace,
  node: PlanNode,
): Promise<Parameters<PipelineRun['beginMap']>[1]> {
  const what = node.kind === 'pipeline' ? 'work out its input' : 'list the items';
  const options = stepOptions(run, place, node, { suffix: 'start', what });
  const { count, misfits } = await run.outbox.carry((facts) =>
    quick.startMap.executeWithOptions(options, [{ runId: run.runId, place, facts }]),
  );
  // A node of kind `pipeline` takes no longer than its item may. Maps that began under an older program have no timeout.
  const deadlineMs = node.kind === 'map' ? run.earlier(node.timeoutMs) : undefined;
  const isBig = count > MOST_INLINE && patched('big maps in child workflows');
  return {
    ...{ count, failed: new Set(misfits) },
    ...(isBig ? { childSize: ITEMS_PER_CHILD } : {}),
    ...(deadlineMs !== undefined && patched('timeouts of maps') ? { deadlineMs } : {}),
  };
}

async function completeMap(
  { run }: Engine,
  place: NodePlace,
  node: PlanNode,
  items: { failed: readonly number[]; sinks: readonly string[] },
): Promise<void> {
  const options = stepOptions(run, place, node, { suffix: 'complete', what: 'collect the outputs' });
  await run.outbox.carry((facts) =>
    quick.completeMap.executeWithOptions(options, [{ runId: run.runId, place, ...items, facts }]),
  );
}

async function failMap({ run }: Engine, place: NodePlace, node: PlanNode, error: Failure): Promise<void> {
  const options = stepOptions(run, place, node, { suffix: 'fail', what: 'fail' });
  await run.outbox.carry((facts) =>
    quick.failNode.executeWithOptions(options, [{ runId: run.runId, place, error, facts }]),
  );
}
