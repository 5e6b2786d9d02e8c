import { describe, expect, it } from '@jest/globals';

import {
  connected,
  freeId,
  keyOfEdge,
  partOf,
  pasted,
  refusalOf,
  spliced,
  withNodeChanged,
  withoutNodes,
  withPositions,
} from './changes.ts';
import { Draft, DraftGraph, DraftNode, existingLevel, graphAt, readDraft, withGraphAt } from './draft.ts';

const node = (id: string, type = 'transform') => DraftNode.parse({ id, type, config: { expression: '1' } });
const graph = DraftGraph.parse({
  nodes: [node('a'), node('b', 'condition'), node('c'), node('d')],
  edges: [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c', port: 'true' },
  ],
});
const port = (id: string, name = 'default') => ({ id, port: name });

describe('edges', () => {
  it('are drawn from a port, the default one unnamed', () => {
    const grown = connected(connected(graph, port('b', 'false'), 'd'), port('c'), 'd');
    expect(grown.edges.slice(2)).toEqual([
      { from: 'b', to: 'd', port: 'false' },
      { from: 'c', to: 'd' },
    ]);
  });

  it('are refused where they would repeat one, close a cycle or lead to their own node', () => {
    expect(refusalOf(graph, port('a'), 'b')).toMatch(/already/);
    expect(refusalOf(graph, port('c'), 'a')).toMatch(/cycle/);
    expect(refusalOf(graph, port('a'), 'a')).toMatch(/itself/);
    expect(refusalOf(graph, port('b', 'false'), 'c')).toBeNull();
    expect(connected(graph, port('c'), 'a')).toBe(graph);
  });

  it('lead on through a node that is put into one', () => {
    const [edge] = graph.edges;
    const grown = spliced(graph, edge === undefined ? '' : keyOfEdge(edge), node('new', 'condition'), 'true');
    expect(grown.edges).toEqual([
      { from: 'a', to: 'new' },
      { from: 'new', to: 'b', port: 'true' },
      { from: 'b', to: 'c', port: 'true' },
    ]);
  });
});

describe('nodes', () => {
  it('take their edges with them when they are removed', () => {
    const left = withoutNodes(graph, new Set(['b']));
    expect(left.nodes.map(({ id }) => id)).toEqual(['a', 'c', 'd']);
    expect(left.edges).toEqual([]);
  });

  it('are copied under free ids, with the edges between them', () => {
    const { graph: grown, ids } = pasted(graph, partOf(graph, new Set(['a', 'b'])), { x: 10, y: 10 });
    expect(ids).toEqual(['a2', 'b2']);
    expect(grown.edges.at(-1)).toEqual({ from: 'a2', to: 'b2' });
  });

  it('lose a field that is set to undefined', () => {
    const changed = withNodeChanged(withNodeChanged(graph, 'a', { name: 'Begin' }), 'a', { name: undefined });
    expect(changed.nodes[0]).not.toHaveProperty('name');
  });

  it('stand on whole numbers', () => {
    const placed = withPositions(graph, new Map([['a', { x: 1.4, y: 2.6 }]]));
    expect(placed.nodes[0]?.position).toEqual({ x: 1, y: 3 });
  });

  it.each([
    ['agent', [], 'agent'],
    ['agent', ['agent'], 'agent2'],
    ['agent', ['agent', 'agent2'], 'agent3'],
    ['agent2', ['agent2'], 'agent3'],
    ['call api', [], 'call_api'],
    ['2nd', [], '_2nd'],
  ])('get the id %s beside %j as %s', (word, taken, id) => {
    expect(freeId(word, new Set(taken))).toBe(id);
  });
});

describe('levels', () => {
  const draft = Draft.parse({
    name: 'digest',
    nodes: [
      {
        id: 'each',
        type: 'map',
        config: { items: 'input.list', pipeline: { nodes: [{ id: 'one', type: 'transform' }], edges: [] } },
      },
    ],
  });

  it('are read and changed where they are, the rest stays', () => {
    const changed = withGraphAt(draft, ['each'], (inside) => withNodeChanged(inside, 'one', { name: 'One' }));
    expect(graphAt(changed, ['each']).nodes[0]?.name).toBe('One');
    expect(changed.name).toBe('digest');
    expect(changed.nodes[0]?.config['items']).toBe('input.list');
  });

  it('end where a map is gone', () => {
    expect(existingLevel(draft, ['each', 'deeper'])).toEqual(['each']);
    expect(existingLevel({ ...draft, nodes: [] }, ['each'])).toEqual([]);
  });
});

describe('a written definition', () => {
  it('keeps what the editor does not know', () => {
    const read = readDraft({
      nodes: [{ id: 'a', type: 'new-kind', config: { x: 1 }, later: true }],
      extra: 1,
    });
    expect(read).toMatchObject({ ok: true, draft: { extra: 1, nodes: [{ later: true, config: { x: 1 } }] } });
  });

  it('is refused in words where it has no form that can be drawn', () => {
    expect(readDraft({ nodes: 'none' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('nodes'),
    });
    expect(readDraft([])).toMatchObject({ ok: false });
  });
});
