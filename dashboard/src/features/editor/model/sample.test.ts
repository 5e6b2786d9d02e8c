import { describe, expect, it } from '@jest/globals';

import type { PreviewExpression } from '../../../../../contracts/expression-preview.ts';
import { Draft } from './draft.ts';
import { sampleBindings } from './sample-bindings.ts';
import { sampleInputOf, sampleOf } from './sample-values.ts';

describe('made-up values', () => {
  it('take what the schema gives first', () => {
    expect(sampleOf({ type: 'string', default: 'tea' })).toBe('tea');
    expect(sampleOf({ type: 'string', examples: ['green'] })).toBe('green');
    expect(sampleOf({ enum: ['low', 'high'] })).toBe('low');
  });

  it('have the form that the schema asks for', () => {
    expect(
      sampleInputOf({
        type: 'object',
        properties: {
          on: { type: 'string', format: 'date' },
          many: { type: 'integer', minimum: 5 },
          list: { type: 'array', items: { type: 'object', properties: { ok: { type: 'boolean' } } } },
        },
      }),
    ).toEqual({ on: '2026-05-04', many: 5, list: [{ ok: true }, { ok: true }] });
  });

  it('come to an end for a schema that refers to itself without end', () => {
    const endless: Record<string, never> = {};
    Object.assign(endless, { type: 'object', properties: { again: endless } });
    expect(JSON.stringify(sampleOf(endless)).length).toBeLessThan(200);
  });
});

const draft = Draft.parse({
  name: 'digest',
  nodes: [
    { id: 'split', type: 'transform', config: { expression: 'input.list' } },
    { id: 'ask', type: 'agent', config: { agent: 'a', prompt: 'p' } },
    { id: 'all', type: 'merge', config: { mode: 'all' } },
    {
      id: 'each',
      type: 'map',
      config: {
        items: 'nodes.split',
        pipeline: {
          nodes: [
            { id: 'first', type: 'transform', config: { expression: 'item' } },
            { id: 'second', type: 'transform', config: { expression: 'nodes.first' } },
          ],
          edges: [{ from: 'first', to: 'second' }],
        },
      },
    },
    { id: 'aside', type: 'transform', config: { expression: '0' } },
  ],
  edges: [
    { from: 'split', to: 'all' },
    { from: 'ask', to: 'all' },
    { from: 'all', to: 'each' },
  ],
});

/** Says what was asked for instead of computing it; lists have two entries. */
const evaluate = ({ what }: PreviewExpression) =>
  Promise.resolve(
    what.kind === 'list' ? ['one', 'two'] : 'expression' in what ? `value of ${what.expression}` : null,
  );
const sample = (level: string[], id: string, recorded = new Map()) =>
  sampleBindings(draft, level, id, { input: { list: [1] }, recorded, evaluate });

describe('what a node would see', () => {
  it('is computed for expressions before it, made up for agents, put together for merges; what is aside is not there', async () => {
    const { nodes } = await sample([], 'each');
    expect(Object.keys(nodes ?? {})).toEqual(['split', 'ask', 'all']);
    expect(nodes).toMatchObject({
      split: 'value of input.list',
      all: { split: 'value of input.list', ask: { text: expect.any(String) } },
    });
  });

  it('is what a run recorded, where one did', async () => {
    const { nodes } = await sample([], 'each', new Map([['split', ['recorded']]]));
    expect(nodes?.['split']).toEqual(['recorded']);
  });

  it('is the first entry of the list inside a map, with what is around the map', async () => {
    const bindings = await sample(['each'], 'second', new Map([['each.first', 'from the run']]));
    expect(bindings).toMatchObject({ item: 'one', index: 0, nodes: { first: 'from the run', ask: {} } });
  });
});
