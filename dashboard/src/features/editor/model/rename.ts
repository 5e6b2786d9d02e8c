import { isJsonObject, type Json, type JsonObject } from '../../../../../contracts/json.ts';
import type { DraftGraph, DraftNode } from './draft.ts';

/**
 * Gives a node another id, and follows it: in the edges, and in every `nodes.<id>` that an expression of this graph, or of a map
 * inside it, reads. A node inside a map that has the old id hides the renamed one there, so what is inside such a map stays.
 */
export function renamed(graph: DraftGraph, from: string, to: string): DraftGraph {
  const read = readerOf(from);
  const follow = (id: string) => (id === from ? to : id);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      id: follow(node.id),
      config: configFollowing(node, from, (text) => text.replace(read, `nodes.${to}`)),
    })),
    edges: graph.edges.map((edge) => ({ ...edge, from: follow(edge.from), to: follow(edge.to) })),
  };
}

/** Ids hold nothing that means something to a regular expression. `nodes.word`, not as a part of another name such as `mynodes.word` or `nodes.words`. */
const readerOf = (id: string): RegExp =>
  new RegExp(`(?<![\\w$.])nodes\\.(?:${id}|\`${id}\`)(?![\\w\`])`, 'g');

type Rewrite = (text: string) => string;

function configFollowing(node: DraftNode, id: string, rewrite: Rewrite): JsonObject {
  return Object.fromEntries(
    Object.entries(node.config).map(([key, value]) => [
      key,
      key === 'pipeline' && node.type === 'map' && hides(value, id) ? value : rewritten(value, rewrite),
    ]),
  );
}

const hides = (graph: Json, id: string): boolean =>
  isJsonObject(graph) &&
  Array.isArray(graph['nodes']) &&
  graph['nodes'].some((node) => isJsonObject(node) && node['id'] === id);

function rewritten(value: Json, rewrite: Rewrite): Json {
  if (typeof value === 'string') return rewrite(value);
  if (Array.isArray(value)) return value.map((entry) => rewritten(entry, rewrite));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, rewritten(entry, rewrite)]));
}
