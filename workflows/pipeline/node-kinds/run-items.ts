import { CancellationScope, patched } from '@temporalio/workflow';

import type { Failure } from '../../../contracts/failure.ts';
import { itemOf, type NodePlace } from '../../../contracts/place.ts';
import type { PlanNode } from '../../../contracts/plan.ts';
import { pauseRevisionOf } from '../activity-failure.ts';
import type { Engine, GraphEnd } from '../engine.ts';
import { createMailbox } from '../mailbox.ts';
import { createPauseWatch } from '../run-pause-signals.ts';
import type { MapState } from '../run-state.ts';
import { lineOfGraph, type LinesEnd, runItemLines, shareOf } from './run-item-lines.ts';

/** What has come of some items that were under way together: most often of one. */
type ItemsEnd = { indexes: readonly number[] } & (LinesEnd | { error: unknown });

/**
 * Begins items where there is room, until they have ended, or the run drains and those under way have. Items that are lines of actions
 * are given out several together, to be done one after the other, once they turn out to be quick.
 */
export async function runItems(
  engine: Engine,
  place: NodePlace,
  node: PlanNode,
  state: MapState,
): Promise<GraphEnd> {
  const { run } = engine;
  const { map } = node;
  if (map === undefined) throw new TypeError(`the ${node.kind} ${node.id} has no plan`);
  const ends = createMailbox<ItemsEnd>();
  const scope = new CancellationScope();
  let underWay = 0;
  const note = (indexes: readonly number[]): void => {
    underWay += 1;
    for (const index of indexes) state.live.add(index);
  };
  const startOne = (index: number): void => {
    note([index]);
    void scope
      .run(() => engine.runGraph(engine, itemOf(place, index), map.graph, map.itemTimeoutMs))
      .then(
        (end) => ends.put({ indexes: [index], ended: [{ index, end }], rest: [] }),
        (error: unknown) => ends.put({ indexes: [index], error }),
      );
  };
  const startLines = (indexes: readonly number[], nodes: readonly PlanNode[]): void => {
    note(indexes);
    void scope
      .run(() => runItemLines(engine, { place, node, line: nodes }, indexes))
      .then(
        (end) => ends.put({ ...end, indexes }),
        (error: unknown) => ends.put({ indexes, error }),
      );
  };
  const watchPause = createPauseWatch(run, {
    over: () => ends.put({ indexes: [], ended: [], rest: [] }),
    broken: (error) => ends.put({ indexes: [], error }),
  });

  const isParked = (index: number): boolean => run.isParked(itemOf(place, index));
  const line = lineOfItems(engine, node);
  /** Begun before, or handed back. */
  const again = [...state.live];
  let stop: Stop | undefined;
  let msPerItem: number | undefined;
  for (;;) {
    const isOpen = !run.draining && stop === undefined;
    const isHeld = run.pause.isPaused && isOpen && (state.next < state.count || again.length > 0);
    if (isHeld) watchPause();
    while (isOpen && underWay < map.concurrency) {
      // While the run is paused, only what had begun goes on.
      const index = isHeld ? takeWhere(again, isParked) : (again.shift() ?? nextItem(state));
      if (index === undefined) break;
      if (line === undefined || isParked(index)) startOne(index);
      else
        startLines([index, ...moreItems(state, again, shareOf(state, map.concurrency, msPerItem) - 1)], line);
    }
    if (underWay === 0 && !isHeld) break;
    for (const ended of await ends.take()) {
      if (ended.indexes.length > 0) underWay -= 1;
      if ('msPerItem' in ended) msPerItem = ended.msPerItem;
      const reason = settle({ engine, node, state, again }, ended);
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

/** Items that may time out by themselves are not done together with others. */
function lineOfItems({ run }: Engine, { map }: PlanNode): readonly PlanNode[] | undefined {
  if (map === undefined || run.earlier(map.itemTimeoutMs) !== undefined) return undefined;
  const line = lineOfGraph(run.graphOf(map.graph));
  return line !== undefined && patched('items in lines') ? line : undefined;
}

/** The next item to begin; those that cannot be run are passed over. */
function nextItem(state: MapState): number | undefined {
  while (state.failed.has(state.next)) state.next += 1;
  if (state.next >= state.count) return undefined;
  state.next += 1;
  return state.next - 1;
}

function takeWhere(indexes: number[], matches: (index: number) => boolean): number | undefined {
  const at = indexes.findIndex(matches);
  return at === -1 ? undefined : indexes.splice(at, 1)[0];
}

function moreItems(state: MapState, again: number[], most: number): number[] {
  const more: number[] = [];
  while (more.length < most && again.length === 0) {
    const index = nextItem(state);
    if (index === undefined) break;
    more.push(index);
  }
  return more;
}

type Stop = { status: 'failed'; error: Failure } | { status: 'broken'; error: unknown };

interface Settling {
  engine: Engine;
  node: PlanNode;
  state: MapState;
  again: number[];
}

function settle({ engine, node, state, again }: Settling, ended: ItemsEnd): Stop | undefined {
  if ('error' in ended) {
    const pausedBy = pauseRevisionOf(ended.error);
    if (pausedBy === undefined) return { status: 'broken', error: ended.error };
    engine.run.pause.hear({ revision: pausedBy, paused: true }, Date.now());
    again.unshift(...ended.indexes);
    return undefined;
  }
  let stop: Stop | undefined;
  for (const { index, end } of ended.ended) {
    if (end.status === 'drained') continue;
    state.live.delete(index);
    if (end.status === 'failed') stop ??= failureOf(state, node, index, end.error);
  }
  again.unshift(...(ended.unfinished === undefined ? [] : [ended.unfinished]), ...ended.rest);
  return stop;
}

function failureOf(
  state: MapState,
  { kind, map }: PlanNode,
  index: number,
  { type, message }: Failure,
): Stop | undefined {
  if (kind === 'pipeline') return { status: 'failed', error: { type, message } };
  if (map?.onError === 'fail')
    return { status: 'failed', error: { type, message: `Item ${index}: ${message}` } };
  state.failed.add(index);
  return undefined;
}
