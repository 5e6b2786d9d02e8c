import { ancestorsOf, createGraph } from '../../../../../contracts/graph/index.ts';
import type { JsonObject } from '../../../../../contracts/json.ts';
import { DEFAULT_PORT } from '../../../../../contracts/plan.ts';
import { type DraftEdge, type DraftGraph, DraftNode } from './draft.ts';

export interface Point {
  x: number;
  y: number;
}

/** An end that an edge can leave by. */
export interface Source {
  id: string;
  port: string;
}

export const portOf = ({ port }: DraftEdge): string => port ?? DEFAULT_PORT;
export const keyOfEdge = (edge: DraftEdge): string => `${edge.from}|${portOf(edge)}|${edge.to}`;

/** An id that the graph does not have yet, made from a word: `transform`, `transform2`, … */
export function freeId(word: string, taken: ReadonlySet<string>): string {
  const base =
    word
      .replace(/[^A-Za-z0-9_]+/g, '_')
      .replace(/^(?![A-Za-z_])/, '_')
      .slice(0, 70) || 'node';
  if (!taken.has(base)) return base;
  const stem = base.replace(/\d+$/, '') || base;
  let number = 2;
  while (taken.has(`${stem}${number}`)) number++;
  return `${stem}${number}`;
}

export const idsOf = (graph: DraftGraph): Set<string> => new Set(graph.nodes.map(({ id }) => id));

export const withNode = (graph: DraftGraph, node: DraftNode): DraftGraph => ({
  ...graph,
  nodes: [...graph.nodes, node],
});

export const withoutNodes = (graph: DraftGraph, ids: ReadonlySet<string>): DraftGraph => ({
  ...graph,
  nodes: graph.nodes.filter(({ id }) => !ids.has(id)),
  edges: graph.edges.filter(({ from, to }) => !ids.has(from) && !ids.has(to)),
});

/** Fields that a change sets to undefined are left out. */
export const withNodeChanged = (
  graph: DraftGraph,
  id: string,
  change: Readonly<Record<string, unknown>>,
): DraftGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.id === id ? changedNode(node, change) : node)),
});

function changedNode(node: DraftNode, change: Readonly<Record<string, unknown>>): DraftNode {
  const fields = Object.entries({ ...node, ...change }).filter(([, value]) => value !== undefined);
  return DraftNode.parse(Object.fromEntries(fields));
}

export const withConfig = (graph: DraftGraph, id: string, config: JsonObject): DraftGraph =>
  withNodeChanged(graph, id, { config });

export const withPositions = (graph: DraftGraph, positions: ReadonlyMap<string, Point>): DraftGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) => {
    const position = positions.get(node.id);
    return position === undefined ? node : { ...node, position: rounded(position) };
  }),
});

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

/** Why an edge cannot be drawn, or null where it can. */
export function refusalOf(graph: DraftGraph, source: Source, to: string): string | null {
  if (source.id === to) return 'A node cannot follow itself.';
  if (graph.edges.some((edge) => edge.from === source.id && edge.to === to && portOf(edge) === source.port))
    return 'There is such an edge already.';
  const known = createGraph(
    graph.nodes.map(({ id }) => ({ id })),
    graph.edges.map((edge) => ({ from: edge.from, to: edge.to })),
  );
  return ancestorsOf(known, source.id).has(to) ? 'This edge would close a cycle.' : null;
}

/** The graph with an edge more, or as it is where the edge is refused. */
export function connected(graph: DraftGraph, source: Source, to: string): DraftGraph {
  if (refusalOf(graph, source, to) !== null) return graph;
  return { ...graph, edges: [...graph.edges, edgeOf(source, to)] };
}

const edgeOf = ({ id, port }: Source, to: string): DraftEdge => ({
  from: id,
  to,
  ...(port !== DEFAULT_PORT && { port }),
});

export const withoutEdges = (graph: DraftGraph, keys: ReadonlySet<string>): DraftGraph => ({
  ...graph,
  edges: graph.edges.filter((edge) => !keys.has(keyOfEdge(edge))),
});

/** Puts a node into the middle of an edge: the edge leads to it, and it leads on by its first port. */
export function spliced(graph: DraftGraph, edgeKey: string, node: DraftNode, port: string): DraftGraph {
  const edge = graph.edges.find((candidate) => keyOfEdge(candidate) === edgeKey);
  const grown = withNode(graph, node);
  if (edge === undefined) return grown;
  return {
    ...grown,
    edges: grown.edges.flatMap((each) =>
      each === edge ? [{ ...edge, to: node.id }, edgeOf({ id: node.id, port }, edge.to)] : [each],
    ),
  };
}

/** Copies of nodes and of the edges between them, a little aside, under free ids. */
export function pasted(
  graph: DraftGraph,
  copied: DraftGraph,
  by: Point,
): { graph: DraftGraph; ids: string[] } {
  const taken = idsOf(graph);
  const names = new Map<string, string>();
  for (const { id } of copied.nodes) {
    const free = freeId(id, taken);
    taken.add(free);
    names.set(id, free);
  }
  const nodes = copied.nodes.map((node) => ({
    ...node,
    id: names.get(node.id) ?? node.id,
    ...(node.position !== undefined && {
      position: { x: node.position.x + by.x, y: node.position.y + by.y },
    }),
  }));
  const edges = copied.edges.flatMap((edge) => {
    const [from, to] = [names.get(edge.from), names.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
  });
  return {
    graph: { ...graph, nodes: [...graph.nodes, ...nodes], edges: [...graph.edges, ...edges] },
    ids: nodes.map(({ id }) => id),
  };
}

/** The nodes of some ids, with the edges between them: what copying takes along. */
export const partOf = (graph: DraftGraph, ids: ReadonlySet<string>): DraftGraph => ({
  nodes: graph.nodes.filter(({ id }) => ids.has(id)),
  edges: graph.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
});
