import { isCancellation } from '@temporalio/workflow';

import { abandoned, type Graph, lineFrom } from '../../../contracts/graph/index.ts';
import { itemOf, type NodePlace } from '../../../contracts/place.ts';
import type { PlanNode } from '../../../contracts/plan.ts';
import { tool } from '../../proxies.ts';
import type { Engine, GraphEnd } from '../engine.ts';
import type { MapState } from '../run-state.ts';
import { startToCloseOf, stepOptions } from '../run-step.ts';
import { LONGEST_LINE } from './run-action.ts';

/** So many items at most are one activity: should it be tried again, it asks the ledger about each that is done. */
const MOST_ITEMS = 25;

/** The graph of an item that is one line of actions and nothing else, as its nodes in order. */
export function lineOfGraph(graph: Graph<PlanNode>): readonly PlanNode[] | undefined {
  const [first, ...others] = [...graph.nodes.values()].filter(({ id }) => graph.incomingOf(id).length === 0);
  if (first?.kind !== 'action' || others.length > 0) return undefined;
  const isAction = ({ kind }: PlanNode): boolean => kind === 'action';
  const line = [first, ...lineFrom(graph, first.id, { belongs: isAction, most: LONGEST_LINE - 1 })];
  return line.length === graph.nodes.size ? line : undefined;
}

/** An activity is given no more items than it is likely to do in this time. */
const LONGEST_MS = 4_000;

/**
 * How many items one activity is given. One, until items have shown how long they take: what is slow must keep nothing waiting. Fewer
 * towards the end, so that all end at about the same time.
 * @param msPerItem of the items that ended last
 */
export function shareOf(
  { count, next }: Pick<MapState, 'count' | 'next'>,
  concurrency: number,
  msPerItem: number | undefined,
): number {
  if (msPerItem === undefined) return 1;
  const left = Math.ceil((count - next) / (2 * concurrency));
  return Math.max(1, Math.min(MOST_ITEMS, left, Math.floor(LONGEST_MS / Math.max(1, msPerItem))));
}

/** How items of such a map have ended; `rest` are those that have not begun, `unfinished` one that goes on as any other item does. */
export interface LinesEnd {
  ended: readonly { index: number; end: GraphEnd }[];
  unfinished?: number;
  rest: readonly number[];
  /** How long one has taken on average, where all were quick enough. */
  msPerItem?: number;
}

/** Does the lines of some items, one item after the other, by one activity. */
export async function runItemLines(
  engine: Engine,
  { place, node, line }: { place: NodePlace; node: PlanNode; line: readonly PlanNode[] },
  indexes: readonly number[],
): Promise<LinesEnd> {
  const { run } = engine;
  const [first = 0] = indexes;
  const options = {
    ...stepOptions(run, itemOf(place, first), node, { suffix: 'items', what: whatOf(indexes) }),
    ...startToCloseOf(...line),
  };
  const input = { runId: run.runId, map: place, line: line.map(({ id }) => id), indexes };
  const begunMs = Date.now();
  const result = await engine.turns
    .take(() =>
      run.outbox.carry((facts) => tool.runItemLines.executeWithOptions(options, [{ ...input, facts }])),
    )
    .catch((error: unknown) => {
      if (isCancellation(error)) giveUp(engine, place, node, indexes);
      throw error;
    });
  if (result === 'not begun') return { ended: [], rest: indexes };
  const { done, last } = result;
  const ended = indexes.slice(0, done).map((index) => ({ index, end: COMPLETED }));
  const next = indexes[done];
  if (last === undefined || next === undefined)
    return { ended, rest: indexes.slice(done), msPerItem: (Date.now() - begunMs) / Math.max(1, done) };
  const end = takeUp(engine, itemOf(place, next), node, last);
  const rest = indexes.slice(done + 1);
  return end === undefined
    ? { ended, unfinished: next, rest }
    : { ended: [...ended, { index: next, end }], rest };
}

/** How far they have come is known to the ledger: what has ended stays as it is. */
function giveUp({ run }: Engine, place: NodePlace, { map }: PlanNode, indexes: readonly number[]): void {
  if (map === undefined) return;
  for (const index of indexes) {
    const live = run.enter(itemOf(place, index), map.graph);
    run.tell(live, abandoned(live.graph, live.progress, live.running));
    run.leave(live);
  }
}

const COMPLETED: GraphEnd = { status: 'completed' };

const whatOf = (indexes: readonly number[]): string =>
  indexes.length === 1
    ? `item ${indexes[0] ?? 0}`
    : `items ${indexes[0] ?? 0} and ${indexes.length - 1} more`;

/** @returns how the item has ended; undefined where it has to go on */
function takeUp(
  { run }: Engine,
  scope: NodePlace,
  { map }: PlanNode,
  {
    outcomes,
    error,
  }: { outcomes: Parameters<typeof run.decide>[1]; error?: Extract<GraphEnd, { error: unknown }>['error'] },
): GraphEnd | undefined {
  if (map === undefined) throw new TypeError('an item stands in a map');
  const live = run.enter(scope, map.graph);
  run.decide(live, outcomes);
  if (outcomes.some(({ status, port }) => status === 'failed' && port === undefined)) {
    run.tell(live, abandoned(live.graph, live.progress, live.running));
    run.leave(live);
    return { status: 'failed', error: error ?? { type: 'Unavailable', message: 'The node failed' } };
  }
  if (live.progress.complete) {
    run.leave(live);
    return COMPLETED;
  }
  run.park(live);
  return undefined;
}
