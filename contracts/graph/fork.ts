import type { NodeOutcome } from '../plan.ts';
import type { Graph, GraphNode } from './graph.ts';
import { descendantsOf } from './graph.ts';
import { type Progress, startProgress } from './progress.ts';

/** What a run begins with that is forked from another one at a node. */
export interface Fork {
  /** Outcomes to begin with, in the order in which they were decided; what is skipped because of them among them. */
  takenOver: readonly NodeOutcome[];
  /** Nodes before the one forked at that have not ended and that it cannot do without; in the order of the definition. */
  unfinished: readonly string[];
  /** With these outcomes nothing leads to the node that is forked at. */
  isSkipped: boolean;
}

/**
 * Says what is taken over by a fork at a node: everything that has ended with something to go on with, unless it is that node or
 * behind it. What was given up, such as a node that the failure of another one skipped, runs as if for the first time.
 * @param ended outcomes of the other run, in the order in which they were decided
 */
export function forkAt(graph: Graph, fromNode: string, ended: readonly NodeOutcome[]): Fork {
  const behind = descendantsOf(graph, fromNode).add(fromNode);
  const kept = ended.filter(({ id, port }) => port !== undefined && !behind.has(id));
  const progress = startProgress(graph, kept);
  const unfinished = unfinishedBefore(graph, progress, fromNode);
  return {
    takenOver: progress.outcomes,
    unfinished: [...graph.nodes.keys()].filter((id) => unfinished.has(id)),
    isSkipped: progress.outcomeOf(fromNode) !== undefined,
  };
}

function unfinishedBefore(graph: Graph, progress: Progress, fromNode: string): Set<string> {
  const unfinished = new Set<string>();
  const seen = new Set([fromNode]);
  const open = [fromNode];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const isServed = isRace(graph.nodes.get(next)) && hasEnough(progress, next);
    for (const { from } of graph.incomingOf(next)) {
      const isOpen = progress.outcomeOf(from) === undefined;
      // Whoever goes on with the first branches does not need the last ones.
      if (seen.has(from) || (isServed && isOpen)) continue;
      seen.add(from);
      open.push(from);
      if (isOpen) unfinished.add(from);
    }
  }
  return unfinished;
}

const isRace = (node: GraphNode | undefined): boolean =>
  node?.merge !== undefined && node.merge.mode !== 'all';
const hasEnough = (progress: Progress, id: string): boolean =>
  progress.ready.has(id) || progress.outcomeOf(id) !== undefined;
