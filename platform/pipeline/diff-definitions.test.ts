import { expect, it } from '@jest/globals';

import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { choose, compute, each, edge, pipeline } from '../../testing/pipeline-parts.ts';
import { diffDefinitions } from './diff-definitions.ts';

const define = (...parts: Parameters<typeof pipeline>): PipelineDefinition =>
  PipelineDefinition.parse(pipeline(...parts));
const first = define(
  [compute('a'), choose('b'), each('m', [compute('x', '1')])],
  [edge('a', 'b'), edge('b', 'm', 'true')],
);
const nothing = { added: [], removed: [], changed: [] };

it('is empty between equals, whatever the order of their keys', () => {
  const same = PipelineDefinition.parse(Object.fromEntries(Object.entries(first).reverse()));
  expect(diffDefinitions(first, same)).toEqual({
    identical: true,
    settings: [],
    nodes: nothing,
    edges: nothing,
  });
});

it('names what came, what went and what became another one, with the path of each value', () => {
  const second = define(
    [compute('a', '2', { name: 'A' }), each('m', [compute('x', '3'), compute('y')]), compute('c')],
    [edge('a', 'm'), { ...edge('m', 'c'), id: 'last' }],
    { timeout: '2 hours', inputSchema: { type: 'object' } },
  );
  const diff = diffDefinitions(first, second);
  expect(diff).toMatchObject({
    identical: false,
    settings: [
      { path: 'timeout', before: '1 hour', after: '2 hours' },
      { path: 'inputSchema', after: { type: 'object' } },
    ],
    nodes: { added: [{ id: 'c' }], removed: [{ id: 'b' }] },
    edges: {
      added: [
        { from: 'a', to: 'm' },
        { from: 'm', to: 'c' },
      ],
      removed: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'm', port: 'true' },
      ],
    },
  });
  expect(diff.nodes.changed).toEqual([
    {
      id: 'a',
      changes: [
        { path: 'config.expression', before: '1', after: '2' },
        { path: 'name', after: 'A' },
      ],
    },
    {
      id: 'm',
      changes: [
        { path: 'config.pipeline.nodes.x.config.expression', before: '1', after: '3' },
        { path: 'config.pipeline.nodes.y', after: expect.objectContaining({ id: 'y' }) },
      ],
    },
  ]);
});

it('takes an edge for the same one while it leads from the same port to the same node', () => {
  const named = define([compute('a'), compute('b')], [{ ...edge('a', 'b'), id: 'e1' }]);
  const renamed = define([compute('a'), compute('b')], [{ ...edge('a', 'b', 'default'), id: 'e2' }]);
  expect(diffDefinitions(named, renamed).edges).toEqual({
    ...nothing,
    changed: [
      {
        ...{ from: 'a', to: 'b', port: 'default' },
        changes: [
          { path: 'id', before: 'e1', after: 'e2' },
          { path: 'port', after: 'default' },
        ],
      },
    ],
  });
});
