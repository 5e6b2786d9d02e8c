import type { MergePlan, PlanEdge } from '../plan.ts';

/** What the rules of a pipeline's flow need to know of a node. */
export interface GraphNode {
  id: string;
  /** Present exactly for a `merge`. */
  merge?: MergePlan;
}

/** Nodes in the order of their definition, with their edges at hand. */
export interface Graph<Node extends GraphNode = GraphNode> {
  readonly nodes: ReadonlyMap<string, Node>;
  incomingOf(id: string): readonly PlanEdge[];
  outgoingOf(id: string): readonly PlanEdge[];
  /** Ids of the nodes that no edge leaves, in order. Their outputs are the output of the run. */
  readonly sinks: readonly string[];
}

const NONE: readonly PlanEdge[] = [];

/** Edges that lead from or to a node that is not there are left out; of two nodes with one id the last counts. */
export function createGraph<Node extends GraphNode>(
  nodes: readonly Node[],
  edges: readonly PlanEdge[],
): Graph<Node> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const incoming = new Map<string, PlanEdge[]>();
  const outgoing = new Map<string, PlanEdge[]>();
  for (const edge of edges) {
    if (!byId.has(edge.from) || !byId.has(edge.to)) continue;
    push(incoming, edge.to, edge);
    push(outgoing, edge.from, edge);
  }
  return {
    nodes: byId,
    incomingOf: (id) => incoming.get(id) ?? NONE,
    outgoingOf: (id) => outgoing.get(id) ?? NONE,
    sinks: [...byId.keys()].filter((id) => !outgoing.has(id)),
  };
}

function push(lists: Map<string, PlanEdge[]>, id: string, edge: PlanEdge): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [edge]);
  else list.push(edge);
}

/** Every node from which a way leads to this one. */
export const ancestorsOf = (graph: Graph, id: string): Set<string> =>
  reachedFrom(id, (at) => graph.incomingOf(at).map(({ from }) => from));

/** Every node to which a way leads from this one. */
export const descendantsOf = (graph: Graph, id: string): Set<string> =>
  reachedFrom(id, (at) => graph.outgoingOf(at).map(({ to }) => to));

function reachedFrom(id: string, next: (id: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const reached of next(at)) {
      if (found.has(reached)) continue;
      found.add(reached);
      open.push(reached);
    }
  }
  return found;
}

/** The ids of one cycle, in the order of its edges, or undefined for a graph that has none. */
export function findCycle(graph: Graph): string[] | undefined {
  // Whatever is left once nodes without open predecessors have been taken away, again and again, holds a cycle.
  const open = new Map([...graph.nodes.keys()].map((id) => [id, graph.incomingOf(id).length]));
  const free = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    open.delete(next);
    for (const { to } of graph.outgoingOf(next)) {
      const count = (open.get(to) ?? 0) - 1;
      open.set(to, count);
      if (count === 0) free.push(to);
    }
  }
  const seen: string[] = [];
  let at = open.keys().next().value;
  while (at !== undefined && !seen.includes(at)) {
    seen.push(at);
    at = graph.incomingOf(at).find(({ from }) => open.has(from))?.from;
  }
  return at === undefined ? undefined : seen.slice(seen.indexOf(at)).reverse();
}
