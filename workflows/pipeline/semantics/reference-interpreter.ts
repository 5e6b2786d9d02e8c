import type { Json, JsonObject } from '../../../contracts/json.ts';

/**
 * A second, plain reading of the specification for tests: it goes over the nodes again and again, asks of each whether it may
 * run, and computes its value in JavaScript. It knows nothing of the engine's own graph functions.
 */
export interface RefNode {
  id: string;
  /** `sum`: its number plus those of the nodes before it. `big`: whether that is above its number. `fail`: it fails. */
  does: 'sum' | 'big' | 'fail' | 'join' | 'spread';
  number: number;
  onError: 'fail' | 'continue' | 'route';
  edges: readonly { from: string; port?: string }[];
}

export interface RefResult {
  status: 'completed' | 'failed';
  nodes: Record<string, 'completed' | 'failed' | 'skipped'>;
  output: JsonObject;
}

interface Ended {
  status: 'completed' | 'failed' | 'skipped';
  port?: string;
  value: Json;
}

/** @returns undefined when a failure ends the run: what becomes of the rest then depends on what was under way */
export function interpret(nodes: readonly RefNode[]): RefResult | undefined {
  const ended = new Map<string, Ended>();
  while (ended.size < nodes.length) {
    for (const node of nodes) {
      if (ended.has(node.id)) continue;
      if (node.edges.some(({ from }) => !ended.has(from))) continue;
      const taken = node.edges.filter(({ from, port = 'default' }) => ended.get(from)?.port === port);
      if (node.edges.length > 0 && taken.length === 0) {
        ended.set(node.id, { status: 'skipped', value: null });
        continue;
      }
      const end = runNode(node, ended, taken);
      if (end === undefined) return undefined;
      ended.set(node.id, end);
    }
  }
  const sinks = nodes.filter(({ id }) => !nodes.some(({ edges }) => edges.some(({ from }) => from === id)));
  const outputs = sinks.flatMap(({ id }) => {
    const end = ended.get(id);
    return end === undefined || end.status === 'skipped' ? [] : [[id, end.value] as const];
  });
  return {
    status: 'completed',
    nodes: Object.fromEntries([...ended].map(([id, { status }]) => [id, status])),
    output: Object.fromEntries(outputs),
  };
}

function runNode(
  node: RefNode,
  ended: ReadonlyMap<string, Ended>,
  taken: RefNode['edges'],
): Ended | undefined {
  const before = [...new Set(node.edges.map(({ from }) => from))];
  const total = before.reduce((sum, id) => sum + numberOf(ended.get(id)), node.number);
  switch (node.does) {
    case 'sum':
      return { status: 'completed', port: 'default', value: total };
    case 'big':
      return { status: 'completed', port: String(total > BIG), value: total > BIG };
    case 'join': {
      const branches = new Set(taken.map(({ from }) => from));
      const joined = before
        .filter((id) => branches.has(id))
        .map((id) => [id, ended.get(id)?.value ?? null] as const);
      return { status: 'completed', port: 'default', value: Object.fromEntries(joined) };
    }
    case 'spread':
      return {
        status: 'completed',
        port: 'default',
        value: Array.from({ length: node.number % 4 }, (_, index) => ({ inner: index + total })),
      };
    case 'fail':
      if (node.onError === 'fail') return undefined;
      return node.onError === 'route'
        ? { status: 'failed', port: 'error', value: { type: 'InvalidInput', message: '*' } }
        : { status: 'failed', port: 'default', value: null };
  }
}

export const BIG = 25;

/** What `$sum` of the expressions below sees: numbers count, everything else is nothing. */
const numberOf = (end: Ended | undefined): number => (typeof end?.value === 'number' ? end.value : 0);

/** The same nodes as a pipeline: the engine's side of the comparison. */
export function asDefinition(nodes: readonly RefNode[]): { nodes: object[]; edges: object[] } {
  return {
    nodes: nodes.map(({ id, does, number, onError, edges }) => {
      const reads = [...new Set(edges.map(({ from }) => `nodes.${from}`)), String(number)].join(', ');
      const total = `$sum($filter([${reads}], function($v) {$type($v) = 'number'}))`;
      switch (does) {
        case 'sum':
          return { id, type: 'transform', config: { expression: total }, onError };
        case 'big':
          return { id, type: 'condition', config: { expression: `${total} > ${BIG}` }, onError };
        case 'join':
          return { id, type: 'merge', config: { mode: 'all' } };
        case 'fail':
          return { id, type: 'transform', config: { expression: '1 + "x"' }, onError };
        case 'spread':
          return {
            ...{ id, type: 'map', onError },
            config: {
              items: number % 4 === 0 ? '[]' : `[1..${number % 4}]`,
              pipeline: {
                nodes: [{ id: 'inner', type: 'transform', config: { expression: `index + ${total}` } }],
                edges: [],
              },
            },
          };
      }
    }),
    edges: nodes.flatMap(({ id, edges }) =>
      edges.map(({ from, port }) => (port === undefined ? { from, to: id } : { from, to: id, port })),
    ),
  };
}
