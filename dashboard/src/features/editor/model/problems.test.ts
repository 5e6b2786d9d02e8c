import { describe, expect, it } from '@jest/globals';

import { Draft } from './draft.ts';
import { messagesAt, partsOf, placeProblems, problemsByNode } from './problems.ts';

const draft = Draft.parse({
  name: 'digest',
  nodes: [
    { id: 'call', type: 'action' },
    {
      id: 'each',
      type: 'map',
      config: {
        items: '',
        pipeline: {
          nodes: [
            { id: 'a', type: 'agent' },
            { id: 'b', type: 'agent' },
          ],
          edges: [{ from: 'a', to: 'b', port: 'error' }],
        },
      },
    },
  ],
  edges: [{ from: 'call', to: 'each' }],
});
const place = (path: string, message = 'is wrong') => placeProblems(draft, [{ path, message }])[0];

describe('paths', () => {
  it.each([
    ['nodes[3].config.headers["x-id"]', ['nodes', 3, 'config', 'headers', 'x-id']],
    ['/nodes/3/id', ['nodes', 3, 'id']],
    ['inputSchema.properties["a \\"b\\""]', ['inputSchema', 'properties', 'a "b"']],
    ['', []],
  ])('%s', (path, parts) => {
    expect(partsOf(path)).toEqual(parts);
  });
});

describe('a problem', () => {
  it('is put at its node, its edge or the pipeline', () => {
    expect(place('nodes[0].config.url')).toMatchObject({
      nodeId: 'call',
      level: [],
      field: ['config', 'url'],
    });
    expect(place('edges[0].port')).toMatchObject({
      nodeId: null,
      edgeKey: 'call|default|each',
      field: ['port'],
    });
    expect(place('timeout')).toMatchObject({ nodeId: null, edgeKey: null, field: ['timeout'] });
  });

  it('is put inside a map where it is one of its nodes or edges, and at the map where it is the graph as a whole', () => {
    expect(place('nodes[1].config.pipeline.nodes[1].config.prompt')).toMatchObject({
      level: ['each'],
      nodeId: 'b',
      field: ['config', 'prompt'],
    });
    expect(place('nodes[1].config.pipeline.edges[0].port')).toMatchObject({
      level: ['each'],
      edgeKey: 'a|error|b',
    });
    expect(place('nodes[1].config.pipeline.nodes')).toMatchObject({
      level: [],
      nodeId: 'each',
      field: ['config', 'pipeline', 'nodes'],
    });
  });

  it('marks the map around its node as well', () => {
    const problems = placeProblems(draft, [
      { path: 'nodes[1].config.pipeline.nodes[0].config.agent', message: 'no agent' },
      { path: 'nodes[1].config.items', message: 'no list' },
    ]);
    expect(problemsByNode(problems, [])).toEqual(new Map([['each', ['no agent', 'no list']]]));
    expect(problemsByNode(problems, ['each'])).toEqual(new Map([['a', ['no agent']]]));
  });

  it('is said in a sentence at its field, with the way to what is inside of it', () => {
    const problems = placeProblems(draft, [
      { path: 'nodes[0].config.headers.accept', message: 'is too long' },
      { path: 'nodes[0].config.url', message: 'is no URL' },
    ]);
    expect(messagesAt(problems, ['config', 'url'])).toBe('Is no URL.');
    expect(messagesAt(problems, ['config', 'headers'])).toBe('accept: is too long');
    expect(messagesAt(problems, ['name'])).toBeUndefined();
  });

  it('says of an empty field only that it is to be filled in', () => {
    const problems = placeProblems(draft, [
      { path: 'name', message: 'must have at least 1 characters' },
      { path: 'name', message: 'may hold letters' },
    ]);
    expect(problems.map(({ message }) => message)).toEqual(['fill this in']);
  });
});
