import { expect, it } from '@jest/globals';

import { DraftGraph } from './draft.ts';
import { renamed } from './rename.ts';

const graph = DraftGraph.parse({
  nodes: [
    { id: 'text', type: 'transform', config: { expression: 'input.text' } },
    {
      id: 'use',
      type: 'transform',
      config: { expression: 'nodes.text & nodes.texts & mynodes.text & nodes.`text`' },
    },
    {
      id: 'call',
      type: 'action',
      config: { url: 'https://x/{{ nodes.text }}', body: { a: ['{{ nodes.text.b }}'] } },
    },
    {
      id: 'each',
      type: 'map',
      config: {
        items: 'nodes.text',
        pipeline: {
          nodes: [{ id: 'in', type: 'transform', config: { expression: 'nodes.text' } }],
          edges: [],
        },
      },
    },
    {
      id: 'hiding',
      type: 'map',
      config: {
        items: 'nodes.text',
        pipeline: { nodes: [{ id: 'text', type: 'transform', config: { expression: '1' } }], edges: [] },
      },
    },
  ],
  edges: [{ from: 'text', to: 'use' }],
});

it('follows a renamed node through edges, expressions, templates and maps, and leaves other names alone', () => {
  const after = renamed(graph, 'text', 'body');
  expect(after.edges).toEqual([{ from: 'body', to: 'use' }]);
  expect(after.nodes.map(({ config }) => config)).toEqual([
    { expression: 'input.text' },
    { expression: 'nodes.body & nodes.texts & mynodes.text & nodes.body' },
    { url: 'https://x/{{ nodes.body }}', body: { a: ['{{ nodes.body.b }}'] } },
    {
      items: 'nodes.body',
      pipeline: { nodes: [{ id: 'in', type: 'transform', config: { expression: 'nodes.body' } }], edges: [] },
    },
    {
      items: 'nodes.body',
      pipeline: { nodes: [{ id: 'text', type: 'transform', config: { expression: '1' } }], edges: [] },
    },
  ]);
});
