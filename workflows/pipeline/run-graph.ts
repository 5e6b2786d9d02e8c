import { CancellationScope, isCancellation } from '@temporalio/workflow';

import type { Failure } from '../../contracts/failure.ts';
import { abandoned, failedOutcome } from '../../contracts/graph/index.ts';
import { nodeIn } from '../../contracts/place.ts';
import type { NodeOutcome, PlanNode } from '../../contracts/plan.ts';
import { failureOf, pauseRevisionOf } from './activity-failure.ts';
import type { Engine, GraphEnd, NodeEnd, NodeRunner } from './engine.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { runActionNode } from './node-kinds/run-action.ts';
import { runAgentNode } from './node-kinds/run-agent.ts';
import { runCircleNode } from './node-kinds/run-circle.ts';
import { runDelayNode } from './node-kinds/run-delay.ts';
import { runHumanNode } from './node-kinds/run-human.ts';
import { runMapNode } from './node-kinds/run-map.ts';
import { isHistoryLong } from './run-history.ts';
import { inTime } from './run-in-time.ts';
import { createPauseWatch } from './run-pause-signals.ts';
import type { LiveScope, PipelineRun } from './run-state.ts';
import { publishFacts } from './run-step.ts';

/** How something that was under way in a graph has come to an end. */
type Ending = { id: string } & (
  | { kind: 'decided'; outcomes: readonly NodeOutcome[]; error?: Failure }
  | { kind: 'drained' }
  /** Nothing has begun, or there is something to look at. */
  | { kind: 'nothing' }
  | { kind: 'broken'; error: unknown }
);

/** What a segment runs under, and the end of a pause: no node's id, for those have no dot. */
const SEGMENT = 'segment.';
const PAUSE = 'pause.';

/**
 * Runs one graph to its end: whatever may run does, all that is pure together in one segment at a time. When a node fails for
 * good, what runs is canceled and what waits is skipped; when it is canceled from outside, too, and it rejects.
 */
export const runGraph: Engine['runGraph'] = async (engine, scope, plan, timeoutMs) => {
  const { run } = engine;
  const live = run.enter(scope, plan, run.earlier(timeoutMs));
  const end = await inTime(run, live.deadlineMs, () => {
    const cancellation = new CancellationScope();
    return cancellation.run(() => drive(engine, live, cancellation));
  }).catch((error: unknown) => {
    run.leave(live);
    throw error;
  });
  if (end.status !== 'drained') run.leave(live);
  return end;
};

async function drive(engine: Engine, live: LiveScope, cancellation: CancellationScope): Promise<GraphEnd> {
  const { run } = engine;
  const endings = createMailbox<Ending>();
  const watchPause = createPauseWatch(run, {
    over: () => endings.put({ id: PAUSE, kind: 'nothing' }),
    broken: (error) => endings.put({ id: PAUSE, kind: 'broken', error }),
  });
  for (;;) {
    run.draining ||= isHistoryLong(run);
    const started = run.draining ? 0 : startReady(engine, live, endings);
    const isHeld = run.pause.isPaused && !run.draining && !live.progress.complete;
    if (isHeld) watchPause();
    else if (live.running.size === 0) return endOfIdle(run, live);
    if (started === 0) tellSoon(run);
    const ended = await endings.take();
    const stop = settle(run, live, ended);
    if (stop === undefined) continue;
    run.tell(live, abandoned(live.graph, live.progress, live.running));
    for (const { id } of ended) live.running.delete(id);
    cancellation.cancel();
    await everythingEnded(live, endings);
    if (stop.status === 'broken') throw stop.error;
    return stop;
  }
}

function endOfIdle(run: PipelineRun, { progress }: LiveScope): GraphEnd {
  if (progress.complete) return { status: 'completed' };
  if (run.draining) return { status: 'drained' };
  throw new Error('nothing can run, and something is not decided: the graph has a cycle');
}

/** Where no other activity is due, facts do not wait for the next one. */
function tellSoon(run: PipelineRun): void {
  if (run.outbox.waiting === 0) return;
  publishFacts(run).catch((error: unknown) => {
    // Canceled: they are back in the outbox, and the run's last activity tells them.
    if (!isCancellation(error)) throw error;
  });
}

/** While the run is paused, only what was under way before goes on. @returns how much was started */
function startReady(engine: Engine, live: LiveScope, endings: Mailbox<Ending>): number {
  const { graph, progress, running, begun } = live;
  const { isPaused } = engine.run.pause;
  let started = 0;
  const ids = [...progress.ready].filter((id) => !isPaused || begun.has(id));
  const nodes = ids.flatMap((id) => graph.nodes.get(id) ?? []);
  for (const node of nodes) {
    if (node.pure || running.has(node.id)) continue;
    startNode(engine, live, node, endings);
    started += 1;
  }
  if (nodes.some((node) => node.pure) && !running.has(SEGMENT)) {
    startSegment(engine, live, endings);
    started += 1;
  }
  return started;
}

function startSegment({ segments }: Engine, live: LiveScope, endings: Mailbox<Ending>): void {
  const { progress, running, scope } = live;
  running.add(SEGMENT);
  void segments.evaluate({ scope, decided: [...progress.outcomes] }).then(
    (result) => endings.put({ id: SEGMENT, kind: 'decided', ...result }),
    (error: unknown) => endings.put({ id: SEGMENT, kind: 'broken', error }),
  );
}

/** Few promises: the engine notes where each one is made, which costs more than all the rest of this. */
function startNode(engine: Engine, live: LiveScope, node: PlanNode, endings: Mailbox<Ending>): void {
  const { id, kind, onError } = node;
  live.running.add(id);
  void runInTurn(engine, live, node).then(
    (end) => {
      if (end === 'not begun') endings.put({ id, kind: 'nothing' });
      else endings.put(end === 'drained' ? { id, kind: 'drained' } : { id, kind: 'decided', ...end });
    },
    (error: unknown) => {
      if (isCancellation(error)) {
        endings.put({ id, kind: 'broken', error });
        return;
      }
      const pausedBy = pauseRevisionOf(error);
      if (pausedBy !== undefined) {
        engine.run.pause.hear({ revision: pausedBy, paused: true }, Date.now());
        endings.put({ id, kind: 'nothing' });
        return;
      }
      const outcomes = [failedOutcome(id, kind, onError)];
      endings.put({ id, kind: 'decided', outcomes, error: { ...failureOf(error), nodeId: id } });
    },
  );
}

/** What does an effect takes turns; what waits needs none. */
function runInTurn(
  engine: Engine,
  { scope, graph }: LiveScope,
  node: PlanNode,
): Promise<NodeEnd | 'drained' | 'not begun'> {
  const run = () => runnerOf(node)(engine, { place: nodeIn(scope, node.id), node, graph });
  return node.kind === 'action' || node.kind === 'agent' ? engine.turns.take(run) : run();
}

function runnerOf({ kind, id }: PlanNode): NodeRunner {
  switch (kind) {
    case 'action':
      return runActionNode;
    case 'agent':
      return runAgentNode;
    case 'map':
    case 'pipeline':
      return runMapNode;
    case 'delay':
      return runDelayNode;
    case 'human':
      return runHumanNode;
    case 'circle':
      return runCircleNode;
    case 'condition':
    case 'transform':
    case 'filter':
    case 'merge':
    case 'trigger':
    case 'parallel':
      throw new TypeError(`${id} is pure: a segment computes it`);
  }
}

type Stop = { status: 'failed'; error: Failure } | { status: 'broken'; error: unknown };

/** Notes what has ended. What was canceled still counts as running, until the graph is given up because of it. */
function settle(run: PipelineRun, live: LiveScope, ended: readonly Ending[]): Stop | undefined {
  let stop: Stop | undefined;
  for (const ending of ended) {
    if (ending.kind === 'broken') {
      stop ??= { status: 'broken', error: ending.error };
      continue;
    }
    live.running.delete(ending.id);
    if (ending.kind === 'drained') live.begun.add(ending.id);
    if (ending.kind !== 'decided') continue;
    run.decide(live, ending.outcomes);
    const last = ending.outcomes.find(({ status, port }) => status === 'failed' && port === undefined);
    if (last === undefined) continue;
    const unknown = { type: 'Unavailable', message: 'The node failed', nodeId: last.id };
    stop ??= { status: 'failed', error: ending.error ?? unknown };
  }
  return stop;
}

/** Canceled activities end at once, those inside of maps too; what they leave to be told is in the outbox then. */
async function everythingEnded({ running }: LiveScope, endings: Mailbox<Ending>): Promise<void> {
  while (running.size > 0) {
    for (const { id } of await endings.take()) running.delete(id);
  }
}
