import type { Json, JsonObject } from '../../../contracts/json.ts';

/** A small pipeline and everything that is to come of it. */
export interface Case {
  is: string;
  nodes: readonly object[];
  /** `a>b c:true>d` */
  edges?: string;
  input?: JsonObject;
  /**
   * What becomes of the outermost nodes, in the order of the definition, behind what becomes of the run where that does not
   * complete: `failed: a! b- c~` (failed, skipped, canceled; without a mark, completed).
   */
  ends: string;
  output?: Json;
  error?: { type?: string; nodeId?: string; message?: string | RegExp };
  /** Ids of nodes in the order in which they are decided, where that is certain; those in maps as `map.node/index`. */
  order?: string;
}

type More = Readonly<Record<string, unknown>>;
const node = (id: string, type: string, config: object, more: More = {}) => ({ id, type, config, ...more });

export const compute = (id: string, expression: string, more?: More) =>
  node(id, 'transform', { expression }, more);
export const choose = (id: string, expression: string, more?: More) =>
  node(id, 'condition', { expression }, more);
export const keep = (id: string, items: string, where: string, more?: More) =>
  node(id, 'filter', { items, where }, more);
export const join = (id: string, mode: 'all' | 'first' | number = 'all') =>
  node(id, 'merge', typeof mode === 'number' ? { mode: 'quorum', count: mode } : { mode });
export const each = (id: string, items: string, nodes: readonly object[], edges = '', more: More = {}) => {
  const { onItemError, concurrency, ...rest } = more;
  const config = {
    items,
    pipeline: { nodes, edges: edgesOf(edges) },
    ...(onItemError === undefined ? {} : { onError: onItemError }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
  return node(id, 'map', config, rest);
};
export const wait = (id: string, duration: string) => node(id, 'delay', { duration });
export const write = (id: string, path: string, content: string, more?: More) =>
  node(id, 'action', { action: 'write_file', path, content }, more);

/** Where the calls of the cases go; the test puts its target's address there. */
export const TARGET = 'http://target';
/** The target answers by the path: `/ok`, `/echo`, a status such as `/404`, or `/flaky/<key>/<n>`: n times 503, then 200. */
export const call = (id: string, path: string, config: object = {}, more: More = {}) =>
  node(
    id,
    'action',
    { action: 'call_api', method: 'POST', url: `${TARGET}${path}`, ...config },
    { retry: { maximumAttempts: 3, initialInterval: '5ms' }, ...more },
  );

export const CONTINUE: More = { onError: 'continue' };
export const ROUTE: More = { onError: 'route' };

export const edgesOf = (text: string) =>
  text
    .split(' ')
    .filter((edge) => edge !== '')
    .map((edge) => {
      const [source = '', to = ''] = edge.split('>');
      const [from = '', port] = source.split(':');
      return port === undefined ? { from, to } : { from, to, port };
    });
