import { expect, it } from '@jest/globals';

import { ask, call, compute, edge, pipeline } from '../../testing/pipeline-parts.ts';
import { validate } from '../../testing/pipeline-validation.ts';

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));
const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};
const withBody = (body: unknown): unknown => pipeline([call('a', { body })]);
const chain = (length: number, last = false): unknown[] => [
  ...times(length - 1, (index) => edge(`n${index}`, `n${index + 1}`)),
  ...(last ? [edge(`n${length - 1}`, 'n0')] : []),
];
/** Every node has edges to the next five or so. */
const DENSE = times(
  9_950,
  (index) => [index % 1_990, (index % 1_990) + 1 + Math.floor(index / 1_990)] as const,
);
const readers = (count: number, read: (index: number) => number): unknown[] =>
  times(count, (index) => compute(`n${index}`, `nodes.n${read(index)}`));

const REFUSED: [what: string, definition: () => unknown, path: string, message: RegExp][] = [
  [
    '10 MB of text',
    () => pipeline([compute('a')], [], { description: 'x'.repeat(10_000_000) }),
    '',
    /1024 KB/,
  ],
  ['10 MB of nodes', () => pipeline(times(150_000, (index) => compute(`n${index}`))), '', /1024 KB/],
  ['a megabyte only in UTF-8', () => withBody('ü'.repeat(600_000)), '', /1024 KB/],
  ['a megabyte only when escaped', () => withBody('\u0001'.repeat(300_000)), '', /1024 KB/],
  [
    '5,000 nodes',
    () =>
      pipeline(
        times(5_000, (index) => compute(`n${index}`)),
        chain(5_000),
      ),
    'nodes',
    /5000 nodes/,
  ],
  ['200 levels', () => withBody(nested(200)), `nodes[0].config.body${'[0]'.repeat(96)}`, /deeper than 100/],
  ['100,000 levels', () => nested(100_000), '[0]'.repeat(100), /deeper than 100/],
  [
    'a value that holds itself',
    () => {
      const self: unknown[] = [];
      self.push(self);
      return withBody(self);
    },
    `nodes[0].config.body${'[0]'.repeat(96)}`,
    /deeper than 100/,
  ],
  [
    'one value a million times over',
    () => {
      let value: unknown = 'laugh';
      for (let level = 0; level < 20; level++) value = [value, value];
      return withBody(value);
    },
    '',
    /1024 KB/,
  ],
  [
    'a key that is a prototype',
    () => JSON.parse('{"name":"a","nodes":[],"__proto__":{"polluted":true}}') as unknown,
    '__proto__',
    /not allowed/,
  ],
  [
    'a key that is a prototype, far inside',
    () => withBody(JSON.parse('[{"x":{"__proto__":1}}]')),
    'nodes[0].config.body[0].x.__proto__',
    /not allowed/,
  ],
  ['an id that is a prototype', () => pipeline([compute('__proto__')]), 'nodes[0].id', /choose another/],
  [
    'a ring of 2,000 nodes',
    () =>
      pipeline(
        readers(2_000, (index) => (index + 1_999) % 2_000),
        chain(2_000, true),
      ),
    'edges[1999]',
    /cycle n0 → n1 →.*\(1950 more\) → n1999 → n0/,
  ],
  [
    '2,000 nodes with 9,950 edges, all backwards, that read what is not upstream',
    () =>
      pipeline(
        readers(2_000, (index) => (index * 7) % 2_000),
        DENSE.map(([from, to]) => edge(`n${to}`, `n${from}`)),
      ),
    'nodes[286].config.expression',
    /nodes\.n2,/,
  ],
  [
    '10,000 edges between nodes that are not there',
    () =>
      pipeline(
        times(2_000, (index) => compute(`n${index}`)),
        times(10_000, (index) => edge(`x${index}`, 'y')),
      ),
    'edges[0].from',
    /no node "x0"/,
  ],
  [
    'a hundred expressions of 4,900 steps',
    () => pipeline(times(100, (index) => compute(`n${index}`, `${'a.'.repeat(4_900)}a${index}`))),
    '',
    /take too long to check/,
  ],
  [
    'a prompt of 200,000 expressions',
    () => withBody('{{a}}'.repeat(200_000)),
    'nodes[0].config.body',
    /more than 250 ms/,
  ],
  [
    'expressions of braces that do not close',
    () => withBody(times(400, (index) => `{{${`[${'1,'.repeat(40)}}}`.repeat(24)}${index}`)),
    'nodes[0].config.body[0]',
    /cannot be read/,
  ],
  [
    'an expression that explodes when it is copied',
    () => pipeline([compute('a', `${'('.repeat(60)}a${' ?: b)'.repeat(60)}`)]),
    'nodes[0].config.expression',
    /cannot be read/,
  ],
  [
    '2,000 schemas, each another',
    () =>
      pipeline(
        times(2_000, (index) =>
          ask(`n${index}`, {
            outputSchema: {
              properties: { [`p${index}`]: { minLength: index, type: 'string' } },
              required: ['a'],
            },
          }),
        ),
      ),
    '',
    /take too long to check/,
  ],
  [
    'a schema of 200 KB',
    () => pipeline([compute('a')], [], { inputSchema: { description: 'x'.repeat(200_000) } }),
    'inputSchema',
    /larger than 100 KB/,
  ],
  [
    'a schema that is code',
    () => pipeline([compute('a')], [], { inputSchema: { $async: true } }),
    'inputSchema.$async',
    /no part of JSON Schema/,
  ],
  [
    'a pattern that is too large when it is written out',
    () => pipeline([compute('a')], [], { inputSchema: { pattern: '((a{1,1000}){1,1000}){1,1000}' } }),
    'inputSchema.pattern',
    /cannot be used/,
  ],
];

it.each(REFUSED)('refuses %s, within two seconds of processor time', (_what, make, path, message) => {
  const definition = make();
  const started = process.threadCpuUsage();
  const result = validate(definition);
  const { user, system } = process.threadCpuUsage(started);
  expect(result.ok ? [] : result.problems).toContainEqual(
    expect.objectContaining({ path, message: expect.stringMatching(message) }),
  );
  expect((user + system) / 1000).toBeLessThan(2_000);
});

it('tells of a thousand problems and how many more there are', () => {
  const result = validate(
    pipeline(
      [compute('a')],
      times(1_500, (index) => edge('a', `x${index}`)),
    ),
  );
  expect(result.ok ? [] : result.problems).toHaveLength(1_001);
  expect(result.ok ? undefined : result.problems.at(-1)).toEqual({
    path: '',
    message: 'and 500 more problems',
  });
});

it('changes no prototype', () => {
  validate(
    JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"nodes":[{"id":"__proto__","__proto__":{"polluted":1}}]}',
    ),
  );
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

it.each([
  [
    'a chain of 2,000 nodes, each reading the one before',
    () => pipeline(readers(2_000, (index) => index - 1).with(0, compute('n0')), chain(2_000)),
  ],
  [
    '2,000 nodes and 9,950 edges, each reading the first',
    () =>
      pipeline(
        readers(1_990, () => 0)
          .with(0, compute('n0'))
          .concat(times(10, (index) => compute(`n${1_990 + index}`))),
        DENSE.map(([from, to]) => edge(`n${from}`, `n${to}`)),
      ),
  ],
])('accepts %s', (_what, make) => {
  expect(validate(make())).toMatchObject({ ok: true });
});
