import { ancestorsOf, createGraph, type Graph } from '../../../../../contracts/graph/index.ts';
import { type Draft, type DraftGraph, type DraftNode, graphsAlong, type Level } from './draft.ts';

/** One graph on the way to a node, and what that node may read of it. */
export interface ScopeGraph {
  /** The map that the graph stands in; undefined for the pipeline's own. */
  map: DraftNode | undefined;
  /** Path of the graph: '' for the pipeline's own, else that of its map with a dot behind it. */
  prefix: string;
  graph: DraftGraph;
  /** Decided before the node, each after those that it depends on. */
  upstream: readonly DraftNode[];
}

/** The graphs around a node, the pipeline's own first, each with the nodes that may be read. */
export function scopeOf(draft: Draft, level: Level, nodeId: string): ScopeGraph[] {
  const graphs = graphsAlong(draft, level);
  return graphs.map((graph, index) => {
    const reader = index === graphs.length - 1 ? nodeId : (level[index] ?? nodeId);
    const enclosing = graphs[index - 1];
    return {
      map: enclosing?.nodes.find(({ id }) => id === level[index - 1]),
      prefix: level
        .slice(0, index)
        .map((id) => `${id}.`)
        .join(''),
      graph,
      upstream: upstreamOf(graph, reader),
    };
  });
}

/** Everything that an expression of the node may name as `nodes.<id>`; an inner node hides an outer one of the same id. */
export function readableOf(scope: readonly ScopeGraph[]): DraftNode[] {
  const byId = new Map<string, DraftNode>();
  for (const { upstream } of scope) for (const node of upstream) byId.set(node.id, node);
  return [...byId.values()];
}

export const graphOf = (graph: DraftGraph): Graph =>
  createGraph(
    graph.nodes.map(({ id }) => ({ id })),
    graph.edges.map(({ from, to, port }) => ({ from, to, ...(port !== undefined && { port }) })),
  );

function upstreamOf(graph: DraftGraph, reader: string): DraftNode[] {
  const known = graphOf(graph);
  const ancestors = ancestorsOf(known, reader);
  const placed: DraftNode[] = [];
  const left = new Map(
    graph.nodes.filter(({ id }) => ancestors.has(id) && id !== reader).map((node) => [node.id, node]),
  );
  while (left.size > 0) {
    const free = [...left.values()].filter(({ id }) =>
      known.incomingOf(id).every(({ from }) => !left.has(from)),
    );
    // In a cycle nothing is before anything else: what is left has no order.
    const next = free.length > 0 ? free : [...left.values()];
    for (const node of next) {
      placed.push(node);
      left.delete(node.id);
    }
  }
  return placed;
}
