import { DEFAULT_PORT, type NodeOutcome, type PlanEdge } from '../plan.ts';
import type { Graph, GraphNode } from './graph.ts';

/** How far one graph has come. It follows from the outcomes alone, in their order. */
export interface Progress {
  /** In the order in which they were decided. */
  readonly outcomes: readonly NodeOutcome[];
  outcomeOf(id: string): NodeOutcome | undefined;
  /** Nodes that may run now and are not decided, in the order in which they became so. */
  readonly ready: ReadonlySet<string>;
  /** Nothing is ready and nothing will be: every node is decided. */
  readonly complete: boolean;
  /**
   * Notes how a node has ended. What is decided already stays as it is.
   * @returns the nodes that are skipped because of it, in order; they are noted too
   */
  decide(outcome: NodeOutcome): NodeOutcome[];
}

interface EdgeCount {
  /** Incoming edges whose source is not decided. */
  open: number;
  taken: number;
}

/** An edge is taken when its source went on at the edge's port. */
export const isTaken = (edge: PlanEdge, outcome: NodeOutcome): boolean =>
  outcome.port !== undefined && outcome.port === (edge.port ?? DEFAULT_PORT);

/** How many taken edges a node goes on with; Infinity: all that are still possible, at least one. */
function edgesNeeded({ merge }: GraphNode): number {
  if (merge === undefined || merge.mode === 'all') return Number.POSITIVE_INFINITY;
  return merge.mode === 'first' ? 1 : (merge.count ?? 1);
}

type Verdict = 'wait' | 'run' | 'skip';

/**
 * A node runs once all its incoming edges are decided and at least one was taken; with none taken it is skipped. A merge
 * that needs a number of branches runs as soon as it has them, and is skipped as soon as it cannot get them any more.
 */
function verdictOn(needed: number, { open, taken }: EdgeCount): Verdict {
  if (needed === Number.POSITIVE_INFINITY) {
    if (open > 0) return 'wait';
    return taken > 0 ? 'run' : 'skip';
  }
  if (taken >= needed) return 'run';
  return taken + open < needed ? 'skip' : 'wait';
}

/** @param decided outcomes of an earlier life of the same graph, in their order */
export function startProgress(graph: Graph, decided: readonly NodeOutcome[] = []): Progress {
  const outcomes: NodeOutcome[] = [];
  const byId = new Map<string, NodeOutcome>();
  const ready = new Set<string>();
  const counts = new Map<string, EdgeCount>();
  for (const id of graph.nodes.keys()) {
    const open = graph.incomingOf(id).length;
    counts.set(id, { open, taken: 0 });
    if (open === 0) ready.add(id);
  }

  const note = (outcome: NodeOutcome): string[] => {
    outcomes.push(outcome);
    byId.set(outcome.id, outcome);
    ready.delete(outcome.id);
    const skipped: string[] = [];
    for (const edge of graph.outgoingOf(outcome.id)) {
      const count = counts.get(edge.to);
      const target = graph.nodes.get(edge.to);
      if (count === undefined || target === undefined) continue;
      count.open -= 1;
      if (isTaken(edge, outcome)) count.taken += 1;
      if (byId.has(edge.to)) continue;
      const verdict = verdictOn(edgesNeeded(target), count);
      if (verdict === 'run') ready.add(edge.to);
      else if (verdict === 'skip') skipped.push(edge.to);
    }
    return skipped;
  };

  const decide = (outcome: NodeOutcome): NodeOutcome[] => {
    if (byId.has(outcome.id) || !graph.nodes.has(outcome.id)) return [];
    const skipped: NodeOutcome[] = [];
    const open = note(outcome);
    // First come, first decided: a skip shows its followers only after everything that was skipped before it.
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      if (byId.has(next)) continue;
      const skip: NodeOutcome = { id: next, status: 'skipped' };
      skipped.push(skip);
      open.push(...note(skip));
    }
    return skipped;
  };

  for (const outcome of decided) decide(outcome);
  return {
    outcomes,
    ready,
    decide,
    outcomeOf: (id) => byId.get(id),
    get complete() {
      return byId.size === graph.nodes.size;
    },
  };
}

/**
 * The predecessors whose outputs a ready merge joins: as many of its taken branches as it needs, those that were decided
 * first, in that order.
 */
export function mergedBranches(graph: Graph, progress: Progress, id: string): string[] {
  const merge = graph.nodes.get(id);
  if (merge === undefined) return [];
  const needed = edgesNeeded(merge);
  const incoming = graph.incomingOf(id);
  const branches: string[] = [];
  for (const outcome of progress.outcomes) {
    if (branches.length >= needed) break;
    if (incoming.some((edge) => edge.from === outcome.id && isTaken(edge, outcome)))
      branches.push(outcome.id);
  }
  return branches;
}

/** What becomes of everything undecided when a graph is given up: what runs is canceled, what waits is skipped. */
export function abandoned(graph: Graph, progress: Progress, running: ReadonlySet<string>): NodeOutcome[] {
  return [...graph.nodes.keys()]
    .filter((id) => progress.outcomeOf(id) === undefined)
    .map((id) => ({ id, status: running.has(id) ? 'canceled' : 'skipped' }));
}
