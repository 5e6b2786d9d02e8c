import { KIND_PORTS } from '../../contracts/graph/index.ts';
import { isJsonObject, type JsonObject } from '../../contracts/json.ts';
import type { NodeKind } from '../../contracts/pipeline.ts';
import type { OnError } from '../../contracts/plan.ts';
import { dotted } from './dotted-path.ts';

/** A node as far as it can be read, so that what is wrong with one part hides nothing that is wrong with another. */
export interface OutlineNode {
  id: string | undefined;
  path: string;
  kind: NodeKind | undefined;
  onError: OnError;
  config: JsonObject;
  /** All of it, as it was written. */
  written: JsonObject;
  /** The graph that is written inside of a map. */
  inside: Outline | undefined;
}

export interface OutlineEdge {
  /** Its own id, else one made of its ends. */
  id: string;
  path: string;
  from: string | undefined;
  to: string | undefined;
  port: string | undefined;
}

export interface Outline {
  /** '' for the pipeline itself. */
  path: string;
  /** How many maps it stands in. */
  depth: number;
  nodes: OutlineNode[];
  edges: OutlineEdge[];
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

const isKind = (type: unknown): type is NodeKind =>
  typeof type === 'string' && Object.hasOwn(KIND_PORTS, type);
const onErrorOf = (value: unknown): OnError => (value === 'continue' || value === 'route' ? value : 'fail');

/** Reads a graph tolerantly. Its maps are followed by recursion: the nesting of the JSON must be bounded already. */
export function outlineOf(graph: unknown, path = '', depth = 0): Outline {
  const { nodes, edges } = objectOf(graph);
  return {
    path,
    depth,
    nodes: listOf(nodes).map((node, index) => nodeOf(objectOf(node), dotted(path, 'nodes', index), depth)),
    edges: listOf(edges).map((edge, index) => edgeOf(objectOf(edge), dotted(path, 'edges', index))),
  };
}

function nodeOf(node: JsonObject, path: string, depth: number): OutlineNode {
  const kind = isKind(node['type']) ? node['type'] : undefined;
  const config = objectOf(node['config']);
  return {
    id: textOf(node['id']),
    path,
    kind,
    onError: onErrorOf(node['onError']),
    config,
    written: node,
    inside:
      kind === 'map' && config['pipeline'] !== undefined
        ? outlineOf(config['pipeline'], dotted(path, 'config', 'pipeline'), depth + 1)
        : undefined,
  };
}

function edgeOf(edge: JsonObject, path: string): OutlineEdge {
  const [from, to, port] = [textOf(edge['from']), textOf(edge['to']), textOf(edge['port'])];
  return { id: edgeIdOf(edge), path, from, to, port };
}

/** What a problem calls an edge: its id, or `from→to` with the port that it leaves by. */
export function edgeIdOf(edge: Readonly<Record<string, unknown>>): string {
  const own = textOf(edge['id']);
  if (own !== undefined && own !== '') return own;
  const ends = `${textOf(edge['from']) ?? '?'}→${textOf(edge['to']) ?? '?'}`;
  const port = textOf(edge['port']);
  return port === undefined ? ends : `${ends}:${port}`;
}

/** A graph and all graphs inside its maps, outer ones first. */
export function* everyGraph(outline: Outline): Iterable<Outline> {
  yield outline;
  for (const { inside } of outline.nodes) if (inside !== undefined) yield* everyGraph(inside);
}
