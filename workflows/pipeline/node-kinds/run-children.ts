import {
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  isCancellation,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';

import { type NodePlace, workflowIdOf } from '../../../contracts/place.ts';
import type { MapItemsInput, MapItemsOutcome, PlanNode } from '../../../contracts/plan.ts';
import { drainSignal, setPausedSignal } from '../../messages.ts';
import { failureOf } from '../activity-failure.ts';
import type { Engine, GraphEnd } from '../engine.ts';
import { createMailbox } from '../mailbox.ts';
import type { mapItemsWorkflow } from '../map-items-workflow.ts';
import { ignoreEnded, startChildOnce } from '../run-child-start.ts';
import type { MapState, PipelineRun } from '../run-state.ts';

type Child = ChildWorkflowHandle<typeof mapItemsWorkflow>;
type ChildEnd = { from: number } & ({ outcome: MapItemsOutcome } | { error: unknown });

/** So many child workflows of one map at once: while the last items of one end, the next one has begun. */
const AT_ONCE = 2;

/**
 * Runs the items of a big map in child workflows, each of which takes some that follow one another. All of them together run no
 * more items at once than the map may. When the run drains they hand back how far they have come.
 */
export async function runChildren(
  engine: Engine,
  place: NodePlace,
  node: PlanNode,
  state: MapState,
): Promise<GraphEnd> {
  const { run } = engine;
  const { childSize = state.count, children } = state;
  const lanes = lanesOf(node);
  const free = lanes.map((_, lane) => lane);
  const ends = createMailbox<ChildEnd & { lane: number }>();
  const scope = new CancellationScope();
  const start = (from: number, lane: number): void => {
    const range = {
      ...{ from, to: Math.min(from + childSize, state.count), concurrency: lanes[lane] ?? 1 },
      costLimitUsd: run.remainingCostUsd / lanes.length,
    };
    const input = inputOf(run, { place, node, state }, range);
    children.set(from, children.get(from));
    void scope
      .run(() => runChild(run, input, from))
      .then(
        (outcome) => ends.put({ from, lane, outcome }),
        (error: unknown) => ends.put({ from, lane, error }),
      );
  };
  const begun = [...children.keys()];
  let stop: Stop | undefined;
  for (;;) {
    while (!run.draining && stop === undefined && free.length > 0) {
      const from = begun.shift() ?? nextRange(state, childSize);
      if (from === undefined) break;
      start(from, free.shift() ?? 0);
    }
    if (free.length === lanes.length) break;
    for (const ended of await ends.take()) {
      free.push(ended.lane);
      const reason = settle(run, state, ended);
      if (reason === undefined || stop !== undefined) continue;
      stop = reason;
      scope.cancel();
    }
  }
  if (stop?.status === 'broken') throw stop.error;
  if (stop !== undefined) return stop;
  return { status: children.size > 0 || state.next < state.count ? 'drained' : 'completed' };
}

/** How many items each of the children may run at once. */
function lanesOf({ map }: PlanNode): number[] {
  const concurrency = map?.concurrency ?? 1;
  const count = Math.min(AT_ONCE, concurrency);
  return Array.from({ length: count }, (_, lane) => Math.floor((concurrency + lane) / count));
}

/** The first item of the next child. */
function nextRange(state: MapState, childSize: number): number | undefined {
  const from = state.next;
  if (from >= state.count) return undefined;
  state.next = Math.min(from + childSize, state.count);
  return from;
}

type Stop = Extract<GraphEnd, { status: 'failed' }> | { status: 'broken'; error: unknown };

function settle(run: PipelineRun, { children, failed }: MapState, ended: ChildEnd): Stop | undefined {
  const { from } = ended;
  if ('error' in ended) {
    const { error } = ended;
    if (isCancellation(error) || !(error instanceof TemporalFailure)) return { status: 'broken', error };
    return { status: 'failed', error: failureOf(error) };
  }
  const { outcome } = ended;
  run.costUsd += outcome.costUsd;
  if (outcome.status === 'drained') {
    children.set(from, { ...outcome.carried, costUsd: 0 });
    return undefined;
  }
  children.delete(from);
  for (const index of outcome.failed) failed.add(index);
  return outcome.status === 'failed' ? { status: 'failed', error: outcome.error } : undefined;
}

interface Range {
  from: number;
  to: number;
  /** How many of its items at once. */
  concurrency: number;
  /** A part of what the run has left: children do not know what the others spend. */
  costLimitUsd: number;
}

/** A child begins with the map as if it had carried it over from an execution before. */
function inputOf(
  run: PipelineRun,
  { place, node, state }: { place: NodePlace; node: PlanNode; state: MapState },
  { from, to, concurrency, costLimitUsd }: Range,
): MapItemsInput {
  const carried = state.children.get(from);
  const failed = [...state.failed].filter((index) => index >= from && index < to);
  const { map } = node;
  const planned = map === undefined ? node : { ...node, map: { ...map, concurrency } };
  return {
    ...run.input,
    ...{ place, costLimitUsd, takenOver: [] },
    plan: { nodes: [planned], edges: [] },
    carried: {
      scopes: carried?.scopes ?? [],
      maps: carried?.maps ?? [{ place, state: { count: to, next: from, live: [], failed } }],
      costUsd: 0,
      deadlineMs: run.deadlineMs,
      pause: run.pause.carry(),
    },
  };
}

async function runChild(run: PipelineRun, input: MapItemsInput, from: number): Promise<MapItemsOutcome> {
  const child = await startItems(input, from);
  const informing = new CancellationScope();
  void informing.run(() => inform(run, child, input.carried.pause?.revision ?? 0)).catch(ignoreEnded);
  try {
    return await child.result();
  } finally {
    informing.cancel();
  }
}

function startItems(input: MapItemsInput, from: number): Promise<Child> {
  const { typedSearchAttributes } = workflowInfo();
  return startChildOnce<typeof mapItemsWorkflow>('mapItemsWorkflow', {
    workflowId: workflowIdOf.mapItems(input.runId, input.place, from),
    args: [input],
    typedSearchAttributes,
    staticSummary: `${input.place.path.join('.')}: items from ${from}`,
  });
}

/** Tells a child what its run is told: that it is paused or goes on, and that it has to hand back what is left. */
async function inform(run: PipelineRun, child: Child, told: number): Promise<void> {
  const revision = (): number => run.pause.carry().revision;
  for (;;) {
    await condition(() => run.draining || revision() > told);
    if (revision() > told) {
      told = revision();
      await child.signal(setPausedSignal, { revision: told, paused: run.pause.isPaused });
    } else {
      await child.signal(drainSignal);
      return;
    }
  }
}
