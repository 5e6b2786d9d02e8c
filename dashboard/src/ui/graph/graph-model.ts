import type { SubPipeline } from '../../../../contracts/pipeline.ts';
import { innerGraphOf, NO_PIPELINES } from '../../lib/inner-graph.ts';
import type { Status } from '../status.tsx';

/** A node as it is drawn; `id` is its path, such as `each.digest` for a node inside the map `each`. */
export interface GraphNode {
  id: string;
  label: string;
  kind: string;
  /** The map, or the node that runs another pipeline, that it stands in. */
  parent: string | null;
}

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  port: string | null;
  parent: string | null;
}

export interface GraphModel {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}

/** How far the items of a map are. */
export interface Progress {
  ended: number;
  failed: number;
  total: number;
}

/** What a run adds to a node. */
export interface NodeLook {
  status: Status;
  attempts: number;
  /** A short word beside the status, a duration for example. */
  note?: string;
  progress?: Progress;
}

export const edgeIdOf = (
  parent: string | null,
  edge: { from: string; to: string; port?: string | undefined },
): string => `${parent ?? ''}|${edge.from}→${edge.to}|${edge.port ?? 'default'}`;

/** Nodes and edges of a graph, of all maps inside it and of the other pipelines that are known; parents before their children. */
export function modelOf(
  graph: SubPipeline,
  parent: string | null = null,
  pipelines = NO_PIPELINES,
): GraphModel {
  const pathOf = (id: string) => (parent === null ? id : `${parent}.${id}`);
  const nodes: GraphNode[] = graph.nodes.map((node) => ({
    id: pathOf(node.id),
    label: node.name ?? node.id,
    kind: node.type,
    parent,
  }));
  const edges: GraphEdge[] = graph.edges.map((edge) => ({
    id: edgeIdOf(parent, edge),
    from: pathOf(edge.from),
    to: pathOf(edge.to),
    port: edge.port ?? null,
    parent,
  }));
  const inner = graph.nodes.flatMap((node) => {
    const within = innerGraphOf(node, pipelines);
    return within === undefined ? [] : [modelOf(within, pathOf(node.id), pipelines)];
  });
  return {
    nodes: [...nodes, ...inner.flatMap((model) => model.nodes)],
    edges: [...edges, ...inner.flatMap((model) => model.edges)],
  };
}
