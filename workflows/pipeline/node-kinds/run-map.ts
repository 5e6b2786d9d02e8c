import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';

import type { Failure } from '../../../contracts/failure.ts';
import { itemOf, type NodePlace } from '../../../contracts/place.ts';
import { DEFAULT_PORT, type MapPlan, type PlanNode } from '../../../contracts/plan.ts';
import { quick } from '../../proxies.ts';
import type { Engine, GraphEnd, NodeRunner } from '../engine.ts';
import { createMailbox } from '../mailbox.ts';
import type { MapState } from '../run-state.ts';
import { stepOptions } from '../run-step.ts';

/**
 * Runs a graph for each item, at most `concurrency` at once and begun in the order of the items. The items are fixed by its
 * first activity, their outputs collected by its last.
 */
export const runMapNode: NodeRunner = async (engine, { place, node }) => {
  const { run } = engine;
  if (node.map === undefined) throw new TypeError(`the map ${node.id} has no plan`);
  const state = run.mapAt(place) ?? run.beginMap(place, await startMap(engine, place, node));
  const failure = await runItems(engine, place, node.map, state);
  if (failure !== undefined) {
    await failMap(engine, place, node, failure);
    run.endMap(place);
    throw ApplicationFailure.nonRetryable(failure.message, failure.type);
  }
  if (state.live.size > 0 || state.next < state.count) return 'drained';
  await completeMap(engine, place, node, { failed: state.failed, sinks: sinksOf(engine, node.map) });
  run.endMap(place);
  return { outcomes: [{ id: node.id, status: 'completed', port: DEFAULT_PORT }] };
};

const sinksOf = ({ run }: Engine, { graph }: MapPlan): readonly string[] => run.graphOf(graph).sinks;

type ItemEnd = { index: number } & ({ end: GraphEnd } | { error: unknown });

/** @returns the failure that fails the map; undefined also when it is drained: then items are live or have not begun */
async function runItems(
  engine: Engine,
  place: NodePlace,
  map: MapPlan,
  state: MapState,
): Promise<Failure | undefined> {
  const { run } = engine;
  const ends = createMailbox<ItemEnd>();
  const underWay = new Set<number>();
  const scope = new CancellationScope();
  const start = (index: number): void => {
    underWay.add(index);
    state.live.add(index);
    void scope
      .run(() => engine.runGraph(engine, itemOf(place, index), map.graph))
      .then(
        (end) => ends.put({ index, end }),
        (error: unknown) => ends.put({ index, error }),
      );
  };
  for (const index of state.live) start(index);
  let failure: { item: Failure } | { broken: unknown } | undefined;
  for (;;) {
    const mayStart = !run.draining && failure === undefined;
    while (mayStart && underWay.size < map.concurrency && state.next < state.count) start(state.next++);
    if (underWay.size === 0) break;
    for (const ended of await ends.take()) {
      underWay.delete(ended.index);
      const stop = settle(state, map, ended);
      if (stop === undefined || failure !== undefined) continue;
      failure = stop;
      // The others end at once; what they leave to be told is in the outbox then.
      scope.cancel();
    }
  }
  if (failure === undefined) return undefined;
  if ('broken' in failure) throw failure.broken;
  return failure.item;
}

function settle(
  state: MapState,
  map: MapPlan,
  ended: ItemEnd,
): { item: Failure } | { broken: unknown } | undefined {
  if ('error' in ended) return { broken: ended.error };
  const { index, end } = ended;
  if (end.status === 'drained') return undefined;
  state.live.delete(index);
  if (end.status === 'completed') return undefined;
  if (map.onError === 'fail')
    return { item: { type: end.error.type, message: `Item ${index}: ${end.error.message}` } };
  state.failed.push(index);
  return undefined;
}

async function startMap({ run }: Engine, place: NodePlace, node: PlanNode): Promise<number> {
  const options = stepOptions(run, place, node, { suffix: 'start', what: 'list the items' });
  const { count } = await run.outbox.carry((facts) =>
    quick.startMap.executeWithOptions(options, [{ runId: run.runId, place, facts }]),
  );
  return count;
}

async function completeMap(
  { run }: Engine,
  place: NodePlace,
  node: PlanNode,
  items: { failed: readonly number[]; sinks: readonly string[] },
): Promise<void> {
  const options = stepOptions(run, place, node, { suffix: 'complete', what: 'collect the items' });
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
