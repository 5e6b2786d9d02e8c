import { createGraph, type Graph } from '../../contracts/graph/index.ts';
import type { PlanEdge } from '../../contracts/plan.ts';

/** One graph and, when it stands inside a map, that map in the graph around it. */
export interface ReadScope {
  readonly graph: Graph;
  readonly around: { readonly scope: ReadScope; readonly map: string } | undefined;
  isUpstream(id: string, of: string): boolean;
}

/** How a node that an expression names stands to the node whose expression it is. */
export type Standing =
  /** Decided before it. */
  | 'upstream'
  /** There, but not decided before it. */
  | 'elsewhere'
  /** The node itself, or a map that it stands in. */
  | 'itself'
  | 'unknown';

export function createReadScope(
  ids: readonly string[],
  edges: readonly PlanEdge[],
  around: ReadScope['around'],
): ReadScope {
  const graph = createGraph(
    ids.map((id) => ({ id })),
    edges,
  );
  return { graph, around, isUpstream: createUpstream(graph) };
}

/**
 * Answers what `ancestorsOf` of contracts/graph answers, for definitions of the largest size in a fraction of its time: a
 * validator asks for every node.
 */
function createUpstream(graph: Graph): ReadScope['isUpstream'] {
  const indexes = new Map([...graph.nodes.keys()].map((id, index) => [id, index]));
  const sources = [...graph.nodes.keys()].map((id) =>
    graph.incomingOf(id).flatMap(({ from }) => indexes.get(from) ?? []),
  );
  const known = new Map<number, Uint8Array>();

  const upstreamOf = (of: number): Uint8Array => {
    const found = new Uint8Array(sources.length);
    const open = [of];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const source of sources[at] ?? []) {
        if (found[source] === 1) continue;
        found[source] = 1;
        open.push(source);
      }
    return found;
  };

  return (id, of) => {
    const [read, reader] = [indexes.get(id), indexes.get(of)];
    if (read === undefined || reader === undefined) return false;
    const upstream = known.get(reader) ?? upstreamOf(reader);
    known.set(reader, upstream);
    return upstream[read] === 1;
  };
}

/** Inside a map what is upstream of the map can be read too; a node of the own graph hides one of the same id outside. */
export function standingOf(scope: ReadScope, reader: string, read: string): Standing {
  if (scope.graph.nodes.has(read)) {
    if (read === reader) return 'itself';
    return scope.isUpstream(read, reader) ? 'upstream' : 'elsewhere';
  }
  return scope.around === undefined ? 'unknown' : standingOf(scope.around.scope, scope.around.map, read);
}
