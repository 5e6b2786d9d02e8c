/** Parts of pipeline definitions, as users write them. They are right unless a test makes them wrong. */
type Part = Record<string, unknown>;

export const pipeline = (nodes: unknown[], edges: unknown[] = [], rest: Part = {}): Part => ({
  name: 'digest',
  nodes,
  edges,
  ...rest,
});
export const compute = (id: string, expression = '1', rest: Part = {}): Part => ({
  id,
  type: 'transform',
  config: { expression },
  ...rest,
});
export const choose = (id: string, rest: Part = {}): Part => ({
  id,
  type: 'condition',
  config: { expression: 'true' },
  ...rest,
});
export const filter = (id: string, items: string, where: string): Part => ({
  id,
  type: 'filter',
  config: { items, where },
});
export const ask = (id: string, config: Part, rest: Part = {}): Part => ({
  id,
  type: 'agent',
  config: { agent: 'editor', prompt: 'Hello', ...config },
  ...rest,
});
export const call = (id: string, config: Part, rest: Part = {}): Part => ({
  id,
  type: 'action',
  config: { action: 'call_api', url: 'https://api.example', ...config },
  ...rest,
});
export const write = (id: string, path: string, content = 'text'): Part => ({
  id,
  type: 'action',
  config: { action: 'write_file', path, content },
});
export const each = (id: string, nodes: unknown[], edges: unknown[] = [], items = 'input.list'): Part => ({
  id,
  type: 'map',
  config: { items, pipeline: { nodes, edges } },
});
export const merge = (id: string, config: Part = {}): Part => ({ id, type: 'merge', config });
export const edge = (from: string, to: string, port?: string): Part =>
  port === undefined ? { from, to } : { from, to, port };

/** A leaf in as many maps. */
export const deepMap = (depth: number): Part =>
  depth === 0 ? compute('leaf') : each(`m${depth}`, [deepMap(depth - 1)]);
