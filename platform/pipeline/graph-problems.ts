import { createGraph, findCycle, portsOf } from '../../contracts/graph/index.ts';
import { DEFAULT_PORT, ERROR_PORT } from '../../contracts/plan.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { dotted, listed, shown } from './dotted-path.ts';
import { timeoutPortMessage } from './human-problems.ts';
import type { Outline, OutlineEdge, OutlineNode } from './outline.ts';

/** An edge whose ends are there. */
type Connection = OutlineEdge & { from: string; to: string };

/**
 * What is wrong with the shape of one graph, its maps not looked into. A node that can never run needs no check of its own:
 * without cycles every node is led to from one that has no incoming edges, and those run.
 */
export function graphProblems(outline: Outline): ProblemItem[] {
  const nodes = new Map<string, OutlineNode>();
  const problems = outline.nodes.flatMap((node) => idProblems(node, nodes));
  const connections: Connection[] = [];
  const seen = new Map<string, string>();
  const known = listed(nodes.keys());
  for (const edge of outline.edges) {
    problems.push(
      ...endProblems(edge, nodes, known),
      ...portProblems(edge, nodes),
      ...repeatProblems(edge, nodes, seen),
    );
    if (isConnection(edge, nodes) && edge.from !== edge.to) connections.push(edge);
  }
  return [...problems, ...cycleProblems(nodes, connections), ...quorumProblems(outline.nodes, connections)];
}

function idProblems(node: OutlineNode, known: Map<string, OutlineNode>): ProblemItem[] {
  const { id } = node;
  if (id === undefined) return [];
  const first = known.get(id);
  const problem = (message: string): ProblemItem => ({ path: dotted(node.path, 'id'), message, nodeId: id });
  if (first !== undefined)
    return [problem(`The id "${shown(id)}" is taken by ${first.path}: give each node an id of its own`)];
  known.set(id, node);
  // Outputs are kept in objects by id; such a name would be found there before there is an output.
  if (id in Object.prototype) return [problem(`The id "${id}" means something else to JSON: choose another`)];
  return [];
}

const isConnection = (edge: OutlineEdge, nodes: ReadonlyMap<string, OutlineNode>): edge is Connection =>
  edge.from !== undefined && edge.to !== undefined && nodes.has(edge.from) && nodes.has(edge.to);

function endProblems(
  edge: OutlineEdge,
  nodes: ReadonlyMap<string, OutlineNode>,
  known: string,
): ProblemItem[] {
  return (['from', 'to'] as const).flatMap((end) => {
    const id = edge[end];
    if (id === undefined || nodes.has(id)) return [];
    const message = `There is no node "${shown(id)}": known are ${known}`;
    return [{ path: dotted(edge.path, end), message, edgeId: edge.id }];
  });
}

function portProblems(edge: OutlineEdge, nodes: ReadonlyMap<string, OutlineNode>): ProblemItem[] {
  const source = edge.from === undefined ? undefined : nodes.get(edge.from);
  const message = source === undefined ? undefined : portMessageOf(source, edge.port);
  return message === undefined ? [] : [{ path: dotted(edge.path, 'port'), message, edgeId: edge.id }];
}

function repeatProblems(
  edge: OutlineEdge,
  nodes: ReadonlyMap<string, OutlineNode>,
  seen: Map<string, string>,
): ProblemItem[] {
  if (!isConnection(edge, nodes)) return [];
  const problem = (message: string): ProblemItem => ({ path: edge.path, message, edgeId: edge.id });
  if (edge.from === edge.to) return [problem(`leads from "${shown(edge.from)}" to itself: remove it`)];
  const key = `${edge.from} ${edge.to} ${edge.port ?? DEFAULT_PORT}`;
  const first = seen.get(key);
  seen.set(key, first ?? edge.path);
  return first === undefined ? [] : [problem(`says what ${first} says: remove one of them`)];
}

function portMessageOf(source: OutlineNode, written: string | undefined): string | undefined {
  const { id = '', kind, onError } = source;
  if (kind === undefined) return undefined;
  const ports = portsOf(kind, onError);
  const port = written ?? DEFAULT_PORT;
  if (ports.includes(port)) return timeoutPortMessage(source, port);
  const node = `The ${kind} "${shown(id)}"`;
  if (port === ERROR_PORT)
    return `${node} has no port "error": set its onError to "route", or remove the edge`;
  if (written === undefined) return `${node} is left by one of its ports: say which, ${listed(ports)}`;
  return `${node} has no port "${shown(port)}": its ports are ${listed(ports)}`;
}

const MOST_CYCLES = 10;
const MOST_IDS = 50;

/** Each cycle with the edge of it that was written last; without those edges there are no cycles left. */
function cycleProblems(
  nodes: ReadonlyMap<string, OutlineNode>,
  connections: readonly Connection[],
): ProblemItem[] {
  const vertices = [...nodes.keys()].map((id) => ({ id }));
  const problems: ProblemItem[] = [];
  let left = connections;
  while (problems.length < MOST_CYCLES) {
    const cycle = findCycle(createGraph(vertices, left.map(endsOf)));
    const closing = cycle === undefined ? undefined : lastEdgeOf(cycle, left);
    if (cycle === undefined || closing === undefined) break;
    const start = cycle.indexOf(closing.to);
    const told = cycleText([...cycle.slice(start), ...cycle.slice(0, start)]);
    problems.push({
      path: closing.path,
      message: `closes the cycle ${told}: remove one of these edges`,
      nodeId: closing.to,
      edgeId: closing.id,
    });
    left = left.filter(({ from, to }) => from !== closing.from || to !== closing.to);
  }
  return problems;
}

function lastEdgeOf(cycle: readonly string[], connections: readonly Connection[]): Connection | undefined {
  const next = new Map(cycle.map((id, index) => [id, cycle[(index + 1) % cycle.length]]));
  return connections.findLast(({ from, to }) => next.get(from) === to);
}

const endsOf = ({ from, to }: Connection): { from: string; to: string } => ({ from, to });

function cycleText(cycle: readonly string[]): string {
  const ids =
    cycle.length <= MOST_IDS
      ? cycle
      : [...cycle.slice(0, MOST_IDS - 1), `(${cycle.length - MOST_IDS} more)`, ...cycle.slice(-1)];
  return [...ids, ...cycle.slice(0, 1)].map(shown).join(' → ');
}

function quorumProblems(nodes: readonly OutlineNode[], connections: readonly Connection[]): ProblemItem[] {
  // A node is left by one port only, so several edges from it are one branch.
  const branches = new Map<string, Set<string>>();
  for (const { from, to } of connections) branches.set(to, (branches.get(to) ?? new Set()).add(from));
  return nodes.flatMap(({ id, kind, config, path }) => {
    const { mode, count } = config;
    if (id === undefined || kind !== 'merge' || mode !== 'quorum' || typeof count !== 'number') return [];
    const incoming = branches.get(id)?.size ?? 0;
    if (count <= incoming) return [];
    const message = `waits for ${count} branches, but ${incoming} nodes lead to it: lower the count, or add edges`;
    return [{ path: dotted(path, 'config', 'count'), message, nodeId: id }];
  });
}
