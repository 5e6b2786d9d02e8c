import type { ProblemItem } from '../../../../../contracts/problem.ts';
import { keyOfEdge } from './changes.ts';
import { type Draft, type DraftGraph, insideOf, type Level } from './draft.ts';

export type PathPart = string | number;

/** Where in the editor a problem belongs. */
export interface PlacedProblem {
  message: string;
  /** The path as the API said it. */
  path: string;
  level: Level;
  nodeId: string | null;
  /** As `keyOfEdge` says it. */
  edgeKey: string | null;
  /** Inside the node, or inside the definition where it is no node's: `['config', 'expression']`. */
  field: readonly PathPart[];
}

/** `nodes[3].config.headers["x-id"]` → its parts; a JSON pointer such as `/nodes/3/id` too. */
export function partsOf(path: string): PathPart[] {
  if (path.startsWith('/')) {
    return path
      .slice(1)
      .split('/')
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  }
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(
    ([, index, quoted, word]) => {
      if (index !== undefined) return Number(index);
      return quoted === undefined ? (word ?? '') : String(JSON.parse(quoted));
    },
  );
}

/** Finds each problem's node or edge in the draft that was checked. */
export function placeProblems(draft: Draft, problems: readonly ProblemItem[]): PlacedProblem[] {
  const empty = new Set(problems.filter(({ message }) => EMPTY.test(message)).map(({ path }) => path));
  return problems
    .filter(({ path, message }) => !empty.has(path) || EMPTY.test(message))
    .map((problem) =>
      placeProblem(draft, empty.has(problem.path) ? { ...problem, message: 'fill this in' } : problem),
    );
}

/** Of an empty field nothing else needs to be said. */
const EMPTY = /^must have at least 1 (?:characters|entries)$/;

function placeProblem(draft: Draft, { path, message }: ProblemItem): PlacedProblem {
  let parts = partsOf(path);
  let graph: DraftGraph = draft;
  const level: string[] = [];
  for (;;) {
    const [list, index, ...rest] = parts;
    const placed = { message, path, level: [...level] };
    if (list === 'edges' && typeof index === 'number') {
      const edge = graph.edges[index];
      return { ...placed, nodeId: null, edgeKey: edge === undefined ? null : keyOfEdge(edge), field: rest };
    }
    const node = list === 'nodes' && typeof index === 'number' ? graph.nodes[index] : undefined;
    if (node === undefined) {
      // A graph that is wrong as a whole belongs to its map.
      const map = level.at(-1);
      if (map === undefined) return { ...placed, nodeId: null, edgeKey: null, field: parts };
      return {
        ...placed,
        level: level.slice(0, -1),
        nodeId: map,
        edgeKey: null,
        field: ['config', 'pipeline', ...parts],
      };
    }
    const inside = rest[0] === 'config' && rest[1] === 'pipeline' ? insideOf(node) : undefined;
    if (inside === undefined) return { ...placed, nodeId: node.id, edgeKey: null, field: rest };
    graph = inside;
    level.push(node.id);
    parts = rest.slice(2);
  }
}

export const sameLevel = (a: Level, b: Level): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);

/** How many problems each node of a level has, those inside a map counted for the map too. */
export function problemsByNode(problems: readonly PlacedProblem[], level: Level): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { level: at, nodeId, message } of problems) {
    if (!sameLevel(at.slice(0, level.length), level)) continue;
    const owner = at.length > level.length ? at[level.length] : nodeId;
    if (owner === undefined || owner === null) continue;
    found.set(owner, [...(found.get(owner) ?? []), message]);
  }
  return found;
}

/** What is wrong with one field, or with something inside it. */
export const messagesAt = (
  problems: readonly PlacedProblem[],
  field: readonly PathPart[],
): string | undefined => {
  const messages = problems
    .filter((problem) => field.every((part, index) => problem.field[index] === part))
    .map(({ field: at, message }) => {
      const inside = at.slice(field.length).join('.');
      return inside === '' ? sentence(message) : `${inside}: ${message}`;
    });
  return messages.length === 0 ? undefined : messages.join(' ');
};

function sentence(message: string): string {
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
