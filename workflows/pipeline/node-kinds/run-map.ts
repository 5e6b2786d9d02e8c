import { ApplicationFailure, CancellationScope, patched } from '@temporalio/workflow';

import type { Failure } from '../../../contracts/failure.ts';
import { itemOf, type NodePlace } from '../../../contracts/place.ts';
import { DEFAULT_PORT, type MapPlan, type PlanNode } from '../../../contracts/plan.ts';
import { quick } from '../../proxies.ts';
import type { Engine, GraphEnd, NodeRunner } from '../engine.ts';
import { createPauseWatch } from '../listen-for-pauses.ts';
import { createMailbox } from '../mailbox.ts';
import { inTime } from '../run-in-time.ts';
import type { MapState, PipelineRun } from '../run-state.ts';
import { stepOptions } from '../run-step.ts';

/**
 * Runs a graph for each item, at most `concurrency` at once and begun in the order of the items. The items are fixed by its
 * first activity, their outputs collected by its last. A node of kind `pipeline` is a map over one item.
 */
export const runMapNode: NodeRunner = async (engine, { place, node }) => {
  const { run } = engine;
  const { map } = node;
  if (map === undefined) throw new TypeError(`the ${node.kind} ${node.id} has no plan`);
  const state = run.mapAt(place) ?? run.beginMap(place, await startMap(engine, place, node));
  const end = await inTime(run, state.deadlineMs, () => runItems(engine, place, node, state));
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

/** No item: a pause has ended. */
const NONE = -1;

type ItemEnd = { index: number } & ({ end: GraphEnd } | { error: unknown });

/** Begins items where there is room, until they have ended, or the run drains and those under way have. */
async function runItems(
  engine: Engine,
  place: NodePlace,
  node: PlanNode,
  state: MapState,
): Promise<GraphEnd> {
  const { run } = engine;
  const { map } = node;
  if (map === undefined) throw new TypeError(`the ${node.kind} ${node.id} has no plan`);
  const ends = createMailbox<ItemEnd>();
  const underWay = new Set<number>();
  const scope = new CancellationScope();
  const start = (index: number): void => {
    underWay.add(index);
    state.live.add(index);
    void scope
      .run(() => engine.runGraph(engine, itemOf(place, index), map.graph, map.itemTimeoutMs))
      .then(
        (end) => ends.put({ index, end }),
        (error: unknown) => ends.put({ index, error }),
      );
  };
  const watchPause = createPauseWatch(run, {
    over: () => ends.put({ index: NONE, end: { status: 'drained' } }),
    broken: (error) => ends.put({ index: NONE, error }),
  });
  for (const index of state.live) start(index);
  let stop: Stop | undefined;
  for (;;) {
    const isHeld = run.pause.isPaused && !run.draining && stop === undefined && state.next < state.count;
    if (isHeld) watchPause();
    while (!isHeld && !run.draining && stop === undefined && underWay.size < map.concurrency) {
      const index = nextItem(state);
      if (index === undefined) break;
      start(index);
    }
    if (underWay.size === 0 && !isHeld) break;
    for (const ended of await ends.take()) {
      underWay.delete(ended.index);
      const reason = settle(state, node, ended);
      if (reason === undefined || stop !== undefined) continue;
      stop = reason;
      // The others end at once; what they leave to be told is in the outbox then.
      scope.cancel();
    }
  }
  if (stop?.status === 'broken') throw stop.error;
  if (stop !== undefined) return stop;
  return { status: state.live.size > 0 || state.next < state.count ? 'drained' : 'completed' };
}

/** The next item to begin; those that cannot be run are passed over. */
function nextItem(state: MapState): number | undefined {
  while (state.failed.has(state.next)) state.next += 1;
  if (state.next >= state.count) return undefined;
  state.next += 1;
  return state.next - 1;
}

type Stop = { status: 'failed'; error: Failure } | { status: 'broken'; error: unknown };

function settle(state: MapState, { kind, map }: PlanNode, ended: ItemEnd): Stop | undefined {
  if ('error' in ended) return { status: 'broken', error: ended.error };
  const { index, end } = ended;
  if (end.status === 'drained') return undefined;
  state.live.delete(index);
  if (end.status === 'completed') return undefined;
  const { type, message } = end.error;
  if (kind === 'pipeline') return { status: 'failed', error: { type, message } };
  if (map?.onError === 'fail')
    return { status: 'failed', error: { type, message: `Item ${index}: ${message}` } };
  state.failed.add(index);
  return undefined;
}

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
  return {
    ...{ count, failed: new Set(misfits) },
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
