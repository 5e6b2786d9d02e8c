import { CancellationScope } from '@temporalio/workflow';

import type { Failure } from '../../../contracts/failure.ts';
import { itemOf, type NodePlace } from '../../../contracts/place.ts';
import type { PlanNode } from '../../../contracts/plan.ts';
import type { Engine, GraphEnd } from '../engine.ts';
import { createPauseWatch } from '../listen-for-pauses.ts';
import { createMailbox } from '../mailbox.ts';
import type { MapState } from '../run-state.ts';

/** No item: a pause has ended. */
const NONE = -1;

type ItemEnd = { index: number } & ({ end: GraphEnd } | { error: unknown });

/** Begins items where there is room, until they have ended, or the run drains and those under way have. */
export async function runItems(
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
