import { expect, it } from '@jest/globals';

import {
  ask,
  call,
  choose,
  compute,
  deepMap,
  each,
  edge,
  filter,
  merge,
  pipeline,
  write,
} from '../../testing/pipeline-parts.ts';
import { AGENT_ID, expectRefused, validate } from '../../testing/pipeline-validation.ts';

const GOOD: [string, unknown][] = [
  [
    'a read of a node far upstream',
    pipeline([compute('a'), compute('b'), compute('c', 'nodes.a')], [edge('a', 'b'), edge('b', 'c')]),
  ],
  [
    'both ports of a condition',
    pipeline(
      [choose('a'), compute('b'), merge('c')],
      [edge('a', 'b', 'true'), edge('a', 'c', 'false'), edge('b', 'c')],
    ),
  ],
  [
    'both ports of a condition leading to one node',
    pipeline([choose('a'), merge('c')], [edge('a', 'c', 'true'), edge('a', 'c', 'false')]),
  ],
  [
    'the error port of a route',
    pipeline(
      [compute('a', '1', { onError: 'route' }), compute('b', 'nodes.a.message')],
      [edge('a', 'b', 'error')],
    ),
  ],
  [
    'reads of what is upstream of a map, and of item',
    pipeline(
      [
        compute('a'),
        each('m', [compute('x', 'nodes.a & item & index'), compute('y', 'nodes.x')], [edge('x', 'y')]),
      ],
      [edge('a', 'm')],
    ),
  ],
  [
    'an inner node that hides an outer one',
    pipeline(
      [compute('a'), each('m', [compute('a'), compute('x', 'nodes.a')], [edge('a', 'x')])],
      [edge('a', 'm')],
    ),
  ],
  [
    'reads through two maps',
    pipeline([compute('a'), each('m', [each('n', [compute('x', 'nodes.a')])])], [edge('a', 'm')]),
  ],
  ['a where that reads item', pipeline([filter('a', 'input.list', 'item > index')])],
  [
    'expressions that read everything',
    pipeline([compute('a'), compute('b', '$string($$)'), compute('c', '**')], [edge('a', 'b')]),
  ],
  [
    'secrets in an action',
    pipeline([
      call('a', {
        url: 'https://api.example/{{ secrets.PATH }}',
        headers: { authorization: 'Bearer {{ secrets.KEY }}' },
      }),
    ]),
  ],
  [
    'a URL that is an expression',
    pipeline([call('a', { url: '{{ input.url }}' }), call('b', { url: 'http{{ "s" }}://x' })]),
  ],
  ['a path that dots do not lead out of', pipeline([write('a', 'reports/{{ run.id }}..v1.txt')])],
  ['an agent by its id', pipeline([ask('a', { agent: AGENT_ID })])],
  ['three maps inside each other', pipeline([deepMap(3)])],
  ['two thousand nodes', pipeline(Array.from({ length: 2_000 }, (_, index) => compute(`n${index}`)))],
  ['a quorum of all', pipeline([compute('a'), merge('q', { mode: 'quorum', count: 1 })], [edge('a', 'q')])],
  [
    'schemas of both drafts, with a format that nobody knows',
    pipeline(
      [
        ask('a', {
          outputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', format: 'colour' },
        }),
      ],
      [],
      {
        inputSchema: {
          $schema: 'http://json-schema.org/draft-07/schema#',
          type: 'object',
          definitions: { a: {} },
          properties: {
            a: { $ref: '#/definitions/a' },
            $ref: { type: 'string' },
            pattern: { type: 'string' },
          },
        },
      },
    ),
  ],
];

it.each(GOOD)('accepts %s', (_what, definition) => {
  expect(validate(definition)).toMatchObject({ ok: true, definition: { name: 'digest' } });
});

it('gives back the definition with its defaults', () => {
  expect(validate({ name: ' digest ', nodes: [compute('a')] })).toEqual({
    ok: true,
    definition: {
      name: 'digest',
      description: '',
      timeout: '1 hour',
      nodes: [{ ...compute('a'), onError: 'fail' }],
      edges: [],
    },
  });
});

it('tells of every part at once, whatever is wrong with the others', () => {
  const result = validate(
    pipeline(
      [
        compute('a', '('),
        { id: 'b', type: 'agent', config: { agent: 'bob', colour: 1 } },
        compute('c', 'nodes.d'),
      ],
      [edge('a', 'c'), edge('c', 'a'), edge('c', 'e')],
      { colour: 'red' },
    ),
  );
  expect(result.ok ? [] : result.problems.map(({ path }) => path).sort()).toEqual([
    'colour',
    'edges[1]',
    'edges[2].to',
    'nodes[0].config.expression',
    'nodes[1].config.agent',
    'nodes[1].config.colour',
    'nodes[1].config.prompt',
    'nodes[2].config.expression',
  ]);
});

it('refuses a name that nobody could ask for', () => {
  expectRefused({ name: 'node-kinds', nodes: [compute('a')] }, [['name', /is an address of the API/]]);
});
