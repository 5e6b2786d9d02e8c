import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { PipelineDefinition } from '../../contracts/pipeline.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { compute, each, edge, pipeline } from '../../testing/pipeline-parts.ts';
import { validate } from '../../testing/pipeline-validation.ts';
import { compilePlan } from './compile-plan.ts';

const SIZE = 9;
const idOf = (index: number): string => `n${index}`;
const INDEXES = Array.from({ length: SIZE }, (_, index) => index);
const PAIRS = INDEXES.flatMap((to) => INDEXES.slice(0, to).map((from) => [from, to] as const));

type Pairs = readonly (readonly [from: number, to: number])[];

/** Some edges of a graph whose edges all lead from a lower number to a higher one, and its nodes in any order. */
const dag = fc.record({
  edges: fc.subarray(PAIRS, { minLength: 1 }),
  order: fc.shuffledSubarray(INDEXES, { minLength: SIZE }),
});

/** By definition: a way of one edge, or a way and an edge. */
function isWay(edges: Pairs, from: number, to: number): boolean {
  return edges.some(([start, end]) => end === to && (start === from || isWay(edges, from, start)));
}

const sum = (reads: readonly number[]): string =>
  ['0', ...reads.map((read) => `nodes.${idOf(read)}`)].join(' + ');
const problemsOf = (definition: unknown): ProblemItem[] => {
  const result = validate(definition);
  return result.ok ? [] : result.problems;
};

it('accepts a graph without cycles in which each node reads all nodes upstream, and plans it as it is', () => {
  fc.assert(
    fc.property(dag, ({ edges, order }) => {
      const upstream = (of: number): number[] => INDEXES.filter((index) => isWay(edges, index, of));
      const links = edges.map(([from, to]) => edge(idOf(from), idOf(to)));
      const definition = pipeline(
        order.map((index) => compute(idOf(index), sum(upstream(index)))),
        links,
      );
      expect(problemsOf(definition)).toEqual([]);
      const plan = compilePlan(PipelineDefinition.parse(definition), new Map());
      expect(plan.nodes.map(({ id }) => id)).toEqual(order.map(idOf));
      expect(plan.edges).toEqual(links);
    }),
  );
});

it('refuses exactly the reads of nodes that are not upstream', () => {
  const reads = fc.array(fc.subarray(INDEXES), { minLength: SIZE, maxLength: SIZE });
  fc.assert(
    fc.property(dag, reads, ({ edges, order }, wanted) => {
      const definition = pipeline(
        order.map((index) => compute(idOf(index), sum(wanted[index] ?? []))),
        edges.map(([from, to]) => edge(idOf(from), idOf(to))),
      );
      const told = problemsOf(definition).map(
        ({ nodeId, message }) => `${nodeId ?? ''} ${message.split(',')[0] ?? ''}`,
      );
      const expected = INDEXES.flatMap((index) =>
        (wanted[index] ?? [])
          .filter((read) => !isWay(edges, read, index))
          .map((read) => `${idOf(index)} reads nodes.${idOf(read)}`),
      );
      expect(told.sort()).toEqual(expected.sort());
    }),
  );
});

it('lets the nodes in a map read what is upstream of the map, and nothing else around it', () => {
  fc.assert(
    fc.property(dag, fc.nat(SIZE - 1), ({ edges, order }, map) => {
      const definition = pipeline(
        order.map((index) =>
          index === map
            ? each(
                idOf(index),
                INDEXES.map((read) => compute(`in${read}`, sum([read]))),
              )
            : compute(idOf(index)),
        ),
        edges.map(([from, to]) => edge(idOf(from), idOf(to))),
      );
      expect(problemsOf(definition).map(({ nodeId }) => nodeId)).toEqual(
        INDEXES.filter((index) => !isWay(edges, index, map)).map((index) => `in${index}`),
      );
    }),
  );
});

/** What is done to a valid graph at one of its edges, and what then must be among the problems. */
const MUTATIONS: Record<
  string,
  (at: readonly [number, number]) => { nodes?: object[]; edges?: object[]; culprit: object }
> = {
  'an edge that closes a cycle': ([from, to]) => ({
    edges: [edge(idOf(to), idOf(from))],
    culprit: { edgeId: `${idOf(to)}→${idOf(from)}`, message: expect.stringContaining('cycle') },
  }),
  'an edge that is there already': ([from, to]) => ({
    edges: [edge(idOf(from), idOf(to))],
    culprit: { edgeId: `${idOf(from)}→${idOf(to)}`, message: expect.stringContaining('says what') },
  }),
  'an edge to itself': ([from]) => ({
    edges: [edge(idOf(from), idOf(from))],
    culprit: { edgeId: `${idOf(from)}→${idOf(from)}`, message: expect.stringContaining('itself') },
  }),
  'an edge to nowhere': ([from]) => ({
    edges: [edge(idOf(from), 'nowhere')],
    culprit: { edgeId: `${idOf(from)}→nowhere`, message: expect.stringContaining('"nowhere"') },
  }),
  'an edge at another port': ([from, to]) => ({
    edges: [edge(idOf(from), idOf(to), 'left')],
    culprit: { edgeId: `${idOf(from)}→${idOf(to)}:left`, message: expect.stringContaining('"left"') },
  }),
  'a node of an id that is taken': ([from]) => ({
    nodes: [compute(idOf(from))],
    culprit: { path: `nodes[${SIZE}].id`, nodeId: idOf(from), message: expect.stringContaining('taken') },
  }),
  'a node that reads what nobody leads to it': ([from]) => ({
    nodes: [compute('late', sum([from]))],
    culprit: {
      path: `nodes[${SIZE}].config.expression`,
      nodeId: 'late',
      message: expect.stringContaining(idOf(from)),
    },
  }),
  'a node with a field that nobody knows': () => ({
    nodes: [compute('odd', '1', { colour: 'red' })],
    culprit: { path: `nodes[${SIZE}].colour`, nodeId: 'odd' },
  }),
  'a node whose expression does not parse': () => ({
    nodes: [compute('odd', '(')],
    culprit: { path: `nodes[${SIZE}].config.expression`, nodeId: 'odd' },
  }),
};

it.each(Object.entries(MUTATIONS))('names %s in a graph that is valid otherwise', (_what, mutate) => {
  fc.assert(
    fc.property(dag, fc.nat(), ({ edges, order }, choice) => {
      const at = edges[choice % edges.length] ?? [0, 1];
      const { nodes = [], edges: more = [], culprit } = mutate(at);
      const definition = pipeline(
        [...order.map((index) => compute(idOf(index))), ...nodes],
        [...edges.map(([from, to]) => edge(idOf(from), idOf(to))), ...more],
      );
      expect(problemsOf(definition)).toEqual([expect.objectContaining(culprit)]);
    }),
  );
});
