import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { MergePlan, NodeOutcome, PlanEdge } from '../plan.ts';
import { createGraph, type GraphNode } from './graph.ts';
import { mergedBranches, startProgress } from './progress.ts';

interface RandomGraph {
  nodes: GraphNode[];
  edges: PlanEdge[];
}
type Outcomes = ReadonlyMap<string, NodeOutcome>;

/**
 * The rules read from the specification, word by word and without any memory: what becomes of one undecided node, given
 * what has been decided so far.
 */
function naiveVerdict(graph: RandomGraph, decided: Outcomes, node: GraphNode): 'wait' | 'run' | 'skip' {
  const incoming = graph.edges.filter((edge) => edge.to === node.id);
  if (incoming.length === 0) return 'run';
  const undecided = incoming.filter((edge) => !decided.has(edge.from));
  const taken = incoming.filter((edge) => decided.get(edge.from)?.port === (edge.port ?? 'default'));
  if (node.merge?.mode === 'first' || node.merge?.mode === 'quorum') {
    const wanted = node.merge.mode === 'first' ? 1 : (node.merge.count ?? 1);
    if (taken.length >= wanted) return 'run';
    return undecided.length + taken.length < wanted ? 'skip' : 'wait';
  }
  if (undecided.length > 0) return 'wait';
  return taken.length > 0 ? 'run' : 'skip';
}

const PORTS = ['default', 'true', 'false', 'error'];

const merges: fc.Arbitrary<MergePlan | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.constant({ mode: 'all' } as const),
  fc.constant({ mode: 'first' } as const),
  fc.integer({ min: 1, max: 4 }).map((count) => ({ mode: 'quorum', count }) as const),
);

/** Edges lead from lower to higher numbers only, so there is no cycle. */
const graphs: fc.Arbitrary<RandomGraph> = fc.array(merges, { minLength: 1, maxLength: 14 }).chain((kinds) => {
  const nodes = kinds.map((merge, index): GraphNode => {
    const id = `n${index}`;
    return merge === undefined ? { id } : { id, merge };
  });
  const end = fc.integer({ min: 0, max: nodes.length - 1 });
  return fc
    .uniqueArray(fc.tuple(end, end, fc.constantFrom(...PORTS)), {
      maxLength: 30,
      selector: (edge) => edge.join(),
    })
    .map((triples) => ({
      nodes,
      edges: triples
        .filter(([from, to]) => from < to)
        .map(([from, to, port]) => ({ from: `n${from}`, to: `n${to}`, port })),
    }))
    .map(withReachableQuorums);
});

/** A quorum of more branches than there are is refused by the validator. */
function withReachableQuorums({ nodes, edges }: RandomGraph): RandomGraph {
  return {
    edges,
    nodes: nodes.map((node) => {
      const { id, merge } = node;
      if (merge?.mode !== 'quorum') return node;
      const branches = edges.filter((edge) => edge.to === id).length;
      return { id, merge: { mode: 'quorum', count: Math.max(1, Math.min(merge.count ?? 1, branches)) } };
    }),
  };
}

const endings: fc.Arbitrary<Omit<NodeOutcome, 'id'>> = fc.oneof(
  fc.constantFrom(...PORTS).map((port) => ({ status: 'completed', port }) as const),
  fc.constant({ status: 'failed' } as const),
);

describe('random graphs, in any order of completion', () => {
  it('run, skip and join what the specification says', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), fc.infiniteStream(endings), (random, picks, ends) => {
        const graph = createGraph(random.nodes, random.edges);
        const progress = startProgress(graph);
        const decided = new Map<string, NodeOutcome>();
        const order: string[] = [];
        for (;;) {
          for (const node of random.nodes) {
            if (decided.has(node.id)) continue;
            const verdict = naiveVerdict(random, decided, node);
            expect([node.id, progress.ready.has(node.id)]).toEqual([node.id, verdict === 'run']);
          }
          const ready = [...progress.ready];
          if (ready.length === 0) break;
          const id = ready[drawn(picks) % ready.length] ?? '';
          checkMerge(random, order, decided, mergedBranches(graph, progress, id), id);
          const ending = drawn(ends);
          const skipped = progress.decide({ id, ...ending });
          decided.set(id, { id, ...ending });
          order.push(id);
          skipNaively(random, decided, order);
          expect(skipped.every((skip) => decided.get(skip.id)?.status === 'skipped')).toBe(true);
          expect(progress.outcomes).toHaveLength(decided.size);
        }
        expect(progress.complete).toBe(true);
        expect(new Map(progress.outcomes.map((outcome) => [outcome.id, outcome]))).toEqual(decided);
        expect(startProgress(graph, progress.outcomes).outcomes).toEqual(progress.outcomes);
      }),
      { numRuns: 500 },
    );
  });
});

function drawn<T>(stream: fc.Stream<T>): T {
  const next: IteratorResult<T, unknown> = stream.next();
  if (next.done === true) throw new Error('an infinite stream has ended');
  return next.value;
}

function skipNaively(random: RandomGraph, decided: Map<string, NodeOutcome>, order: string[]): void {
  for (;;) {
    const next = random.nodes.find(
      (node) => !decided.has(node.id) && naiveVerdict(random, decided, node) === 'skip',
    );
    if (next === undefined) return;
    decided.set(next.id, { id: next.id, status: 'skipped' });
    order.push(next.id);
  }
}

function checkMerge(
  random: RandomGraph,
  order: readonly string[],
  decided: Outcomes,
  branches: readonly string[],
  id: string,
): void {
  const merge = random.nodes.find((node) => node.id === id)?.merge;
  if (merge === undefined) return;
  const taken = order.filter((from) =>
    random.edges.some(
      (edge) => edge.from === from && edge.to === id && edge.port === decided.get(from)?.port,
    ),
  );
  const wanted = merge.mode === 'all' ? taken.length : merge.mode === 'first' ? 1 : (merge.count ?? 1);
  expect(branches).toEqual(random.edges.some((edge) => edge.to === id) ? taken.slice(0, wanted) : []);
}
