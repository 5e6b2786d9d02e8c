import { expect, it } from '@jest/globals';

import type { MergePlan, NodeOutcome } from '../plan.ts';
import { forkAt } from './fork.ts';
import { createGraph, type Graph } from './graph.ts';

/** `a>b`, or `a:true>b` for an edge that leaves by a port. */
function graphOf(nodes: string, edges: string, merges: Record<string, MergePlan> = {}): Graph {
  return createGraph(
    nodes.split(' ').map((id) => ({ id, ...(merges[id] === undefined ? {} : { merge: merges[id] }) })),
    edges.split(' ').map((text) => {
      const [source = '', to = ''] = text.split('>');
      const [from = '', port] = source.split(':');
      return { from, to, ...(port === undefined ? {} : { port }) };
    }),
  );
}
const done = (id: string, port = 'default'): NodeOutcome => ({ id, status: 'completed', port });
const failed = (id: string, port?: string): NodeOutcome =>
  port === undefined ? { id, status: 'failed' } : { id, status: 'failed', port };

const chain = graphOf('a b c d', 'a>b b>c c>d');
const diamond = graphOf('a l r m x', 'a>l a>r l>m r>m a>x');
const choice = graphOf('c yes no end', 'c:true>yes c:false>no yes>end no>end');
const first: Record<string, MergePlan> = { m: { mode: 'first' } };
const race = graphOf('a b m z', 'a>m b>m m>z', first);

it.each<[string, Graph, string, NodeOutcome[], string, string]>([
  ['what came before', chain, 'c', [done('a'), done('b'), done('c'), done('d')], 'a b', ''],
  ['nothing at the beginning', chain, 'a', [done('a'), done('b')], '', ''],
  ['what failed and was gone on with', chain, 'c', [failed('a', 'default'), done('b')], 'a b', ''],
  ['a branch beside it', diamond, 'l', [done('a'), done('r'), done('x')], 'a r x', ''],
  ['no branch beside it that failed for good', diamond, 'l', [done('a'), failed('r'), done('x')], 'a x', ''],
  ['not what follows it by another way', diamond, 'r', [done('a'), done('l'), done('m')], 'a l', ''],
  ['what is skipped because of it', choice, 'end', [done('c', 'true'), done('yes')], 'c no yes', ''],
  ['only what the outcomes lead to', choice, 'end', [done('c', 'false'), done('yes')], 'c yes', 'no'],
  ['nothing unfinished', chain, 'd', [done('a')], 'a', 'b c'],
  ['the winner of a race without its losers', race, 'z', [done('b'), done('m')], 'b m', ''],
  ['the winner at the race itself', race, 'm', [done('a')], 'a', ''],
  ['nothing where nobody has won the race', race, 'm', [], '', 'a b'],
])('takes over %s', (_, graph, fromNode, ended, takenOver, unfinished) => {
  const fork = forkAt(graph, fromNode, ended);
  expect(fork.takenOver.map(({ id }) => id).join(' ')).toBe(takenOver);
  expect([fork.unfinished.join(' '), fork.isSkipped]).toEqual([unfinished, false]);
});

it('says when nothing leads to the node', () => {
  expect(forkAt(choice, 'no', [done('c', 'true')])).toMatchObject({ unfinished: [], isSkipped: true });
});
