import { describe, expect, it } from '@jest/globals';

import type { PlanEdge } from '../plan.ts';
import { createGraph, type GraphNode } from './graph.ts';
import { lineFrom } from './line.ts';

const ids = (edges: string, { most = 9, merge = '' } = {}): string[] => {
  const nodes = ['a', 'b', 'c', 'd'].map((id): GraphNode =>
    id === merge ? { id, merge: { mode: 'all' } } : { id },
  );
  const parsed = edges.split(' ').map((edge): PlanEdge => {
    const [source = '', to = ''] = edge.split('>');
    const [from = '', port] = source.split(':');
    return port === undefined ? { from, to } : { from, to, port };
  });
  return lineFrom(createGraph(nodes, parsed), 'a', { belongs: ({ id }) => id !== 'd', most }).map(
    ({ id }) => id,
  );
};

describe('a line', () => {
  it.each<[string, string[], Parameters<typeof ids>]>([
    ['follows the only edge', ['b', 'c'], ['a>b b>c']],
    ['ends where it forks', ['b'], ['a>b b>c b>d']],
    ['ends before a node that something else leads to', [], ['a>b c>b']],
    ['ends before a merge', [], ['a>b', { merge: 'b' }]],
    ['ends before a node that does not belong', ['b'], ['a>b b>d']],
    ['takes no notice of other ports', ['b'], ['a>b a:error>c']],
    ['does not leave by another port', [], ['a:error>b']],
    ['ends at its longest', ['b'], ['a>b b>c', { most: 1 }]],
  ])('%s', (_, expected, given) => {
    expect(ids(...given)).toEqual(expected);
  });
});
