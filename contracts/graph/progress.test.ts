import { describe, expect, it } from '@jest/globals';

import type { MergePlan, NodeOutcome, PlanEdge } from '../plan.ts';
import { ancestorsOf, createGraph, findCycle, type Graph, type GraphNode } from './graph.ts';
import { failedOutcome, portsOf } from './ports.ts';
import { abandoned, mergedBranches, startProgress } from './progress.ts';

/** `a>b`, or `a:true>b` for an edge that leaves by a port. */
function graphOf(nodes: string, edges: string, merges: Record<string, MergePlan> = {}): Graph {
  const list = nodes.split(' ').map((id): GraphNode => {
    const merge = merges[id];
    return merge === undefined ? { id } : { id, merge };
  });
  const parsed = edges
    .split(' ')
    .filter((text) => text !== '')
    .map((text): PlanEdge => {
      const [source = '', to = ''] = text.split('>');
      const [from = '', port] = source.split(':');
      return port === undefined ? { from, to } : { from, to, port };
    });
  return createGraph(list, parsed);
}
const done = (id: string, port = 'default'): NodeOutcome => ({ id, status: 'completed', port });
const ids = (outcomes: readonly NodeOutcome[]): string[] => outcomes.map(({ id }) => id);

describe('what may run', () => {
  it.each<[string, Graph, NodeOutcome[], string[], string[]]>([
    ['the roots, in order, before anything is decided', graphOf('a b c', 'a>c'), [], ['a', 'b'], []],
    ['what follows a completed node', graphOf('a b', 'a>b'), [done('a')], ['b'], []],
    ['both branches of a fork', graphOf('a b c', 'a>b a>c'), [done('a')], ['b', 'c'], []],
    ['nothing while an incoming edge is open', graphOf('a b c', 'a>c b>c'), [done('a')], ['b'], []],
    [
      'the taken branch of a condition',
      graphOf('a b c', 'a:true>b a:false>c'),
      [done('a', 'true')],
      ['b'],
      ['c'],
    ],
    [
      'nothing after a condition that has no edge for its port',
      graphOf('a b', 'a:true>b'),
      [done('a', 'false')],
      [],
      ['b'],
    ],
    [
      'a node that one of two branches reaches',
      graphOf('a b c', 'a:true>c b>c'),
      [done('a', 'false'), done('b')],
      ['c'],
      [],
    ],
    [
      'nothing behind a skipped chain',
      graphOf('a b c d', 'a:true>b b>c c>d'),
      [done('a', 'false')],
      [],
      ['b', 'c', 'd'],
    ],
    [
      'what follows a failed node that continues',
      graphOf('a b', 'a>b'),
      [failedOutcome('a', 'action', 'continue')],
      ['b'],
      [],
    ],
    [
      'the false branch of a failed condition that continues',
      graphOf('a b c', 'a:true>b a:false>c'),
      [failedOutcome('a', 'condition', 'continue')],
      ['c'],
      ['b'],
    ],
    [
      'the error branch of a failed node that routes',
      graphOf('a b c', 'a>b a:error>c'),
      [failedOutcome('a', 'action', 'route')],
      ['c'],
      ['b'],
    ],
    [
      'not the error branch of a node that completed',
      graphOf('a b c', 'a>b a:error>c'),
      [done('a')],
      ['b'],
      ['c'],
    ],
    [
      'nothing behind a node that failed for the run',
      graphOf('a b', 'a>b'),
      [failedOutcome('a', 'action', 'fail')],
      [],
      ['b'],
    ],
    [
      'a merge of all when its last possible branch is in',
      graphOf('a b m', 'a>m b>m', { m: { mode: 'all' } }),
      [done('a'), done('b')],
      ['m'],
      [],
    ],
    ['no merge of all before', graphOf('a b m', 'a>m b>m', { m: { mode: 'all' } }), [done('a')], ['b'], []],
    [
      'a merge of all with a skipped branch',
      graphOf('a b c m', 'a:true>b a:false>c b>m c>m', { m: { mode: 'all' } }),
      [done('a', 'true'), done('b')],
      ['m'],
      ['c'],
    ],
    [
      'no merge without any branch',
      graphOf('a b m', 'a:true>m a:true>b b>m', { m: { mode: 'all' } }),
      [done('a', 'false')],
      [],
      ['b', 'm'],
    ],
    [
      'the first merge with its first branch',
      graphOf('a b m', 'a>m b>m', { m: { mode: 'first' } }),
      [done('b')],
      ['a', 'm'],
      [],
    ],
    [
      'no first merge while its branches are open',
      graphOf('a b m', 'a:true>m b>m', { m: { mode: 'first' } }),
      [done('a', 'false')],
      ['b'],
      [],
    ],
    [
      'no first merge without any branch',
      graphOf('a m', 'a:true>m', { m: { mode: 'first' } }),
      [done('a', 'false')],
      [],
      ['m'],
    ],
    [
      'a quorum when it is reached',
      graphOf('a b c m', 'a>m b>m c>m', { m: { mode: 'quorum', count: 2 } }),
      [done('c'), done('a')],
      ['b', 'm'],
      [],
    ],
    [
      'no quorum before',
      graphOf('a b c m', 'a>m b>m c>m', { m: { mode: 'quorum', count: 2 } }),
      [done('c')],
      ['a', 'b'],
      [],
    ],
    [
      'no quorum that cannot be reached any more',
      graphOf('a b m', 'a:true>m b>m', { m: { mode: 'quorum', count: 2 } }),
      [done('a', 'false')],
      ['b'],
      ['m'],
    ],
    ['a merge that nothing leads to', graphOf('m', '', { m: { mode: 'all' } }), [], ['m'], []],
  ])('%s', (_, graph, outcomes, ready, skipped) => {
    const progress = startProgress(graph);
    const skips = outcomes.flatMap((outcome) => progress.decide(outcome));
    expect([...progress.ready].sort()).toEqual(ready);
    expect(ids(skips).sort()).toEqual(skipped);
    for (const id of skipped) expect(progress.outcomeOf(id)).toEqual({ id, status: 'skipped' });
  });

  it('is complete once every node is decided', () => {
    const progress = startProgress(graphOf('a b', 'a:true>b'));
    expect(progress.complete).toBe(false);
    progress.decide(done('a', 'false'));
    expect(progress.complete).toBe(true);
  });

  it('never changes what is decided', () => {
    const progress = startProgress(graphOf('a b', 'a>b'));
    progress.decide(done('a'));
    expect(progress.decide({ id: 'a', status: 'failed' })).toEqual([]);
    expect(progress.outcomes).toEqual([done('a')]);
  });

  it('goes on from the outcomes of an earlier life', () => {
    const graph = graphOf('a b c d', 'a:true>b b>c a:false>d');
    const before = startProgress(graph);
    before.decide(done('a', 'true'));
    const after = startProgress(graph, before.outcomes);
    expect(after.outcomes).toEqual(before.outcomes);
    expect([...after.ready]).toEqual(['b']);
  });

  it('skips two thousand nodes in a row', () => {
    const names = Array.from({ length: 2000 }, (_, index) => `n${index}`);
    const edges = names.slice(1).map((to, index) => ({ from: `n${index}`, to, port: 'true' }));
    const progress = startProgress(
      createGraph(
        names.map((id) => ({ id })),
        edges,
      ),
    );
    expect(progress.decide(done('n0', 'false'))).toHaveLength(1999);
    expect(progress.complete).toBe(true);
  });
});

describe('what a merge joins', () => {
  const branchesOf = (merge: MergePlan, outcomes: NodeOutcome[]): string[] => {
    const graph = graphOf('a b c m', 'a>m b>m c:true>m', { m: merge });
    return mergedBranches(graph, startProgress(graph, outcomes), 'm');
  };
  it('is every taken branch of all', () => {
    expect(branchesOf({ mode: 'all' }, [done('b'), done('c', 'false'), done('a')])).toEqual(['b', 'a']);
  });
  it('is the branch that came first', () => {
    expect(branchesOf({ mode: 'first' }, [done('c', 'false'), done('b'), done('a')])).toEqual(['b']);
  });
  it('is as many as the quorum counts', () => {
    expect(branchesOf({ mode: 'quorum', count: 2 }, [done('c', 'true'), done('b'), done('a')])).toEqual([
      'c',
      'b',
    ]);
  });
});

it('gives up a graph: what runs is canceled, what waits is skipped, what is decided stays', () => {
  const graph = graphOf('a b c d', 'a>c b>d');
  const progress = startProgress(graph, [done('a')]);
  expect(abandoned(graph, progress, new Set(['b']))).toEqual([
    { id: 'b', status: 'canceled' },
    { id: 'c', status: 'skipped' },
    { id: 'd', status: 'skipped' },
  ]);
});

describe('a graph', () => {
  it('knows its sinks', () => expect(graphOf('a b c', 'a>b').sinks).toEqual(['b', 'c']));
  it('knows the ancestors of a node', () => {
    expect([...ancestorsOf(graphOf('a b c d e', 'a>b b>c a>c d>e'), 'c')].sort()).toEqual(['a', 'b']);
  });
  it.each<[string, string, string[] | undefined]>([
    ['a>b b>c a>c', 'none', undefined],
    ['a>a', 'a node that follows itself', ['a']],
    ['a>b b>c c>b c>d', 'one in the middle', ['b', 'c']],
  ])('%s: finds %s', (edges, _, cycle) => {
    const found = findCycle(graphOf('a b c d', edges));
    expect(found?.toSorted()).toEqual(cycle);
  });
  it('names a cycle in the order of its edges', () => {
    const graph = graphOf('a b c d', 'a>b b>c c>d d>b');
    const cycle = findCycle(graph) ?? [];
    cycle.forEach((id, index) => {
      const next = cycle[(index + 1) % cycle.length];
      expect(graph.outgoingOf(id).map(({ to }) => to)).toContain(next);
    });
  });
  it('has an error port where a node routes its errors', () => {
    expect(portsOf('condition', 'route')).toEqual(['true', 'false', 'error']);
    expect(portsOf('action', 'continue')).toEqual(['default']);
  });
});
