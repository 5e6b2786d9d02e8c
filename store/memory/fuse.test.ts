import { describe, expect, it } from '@jest/globals';

import { type Candidate, DEFAULT_WEIGHTS, fuse, weightsOf } from './fuse.ts';

const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ id, similarity: null, vectorRank: null, textRank: null, ageDays: 0, importance: null },
  ...more,
});
const only = { vector: 0, text: 0, recency: 0, importance: 0, halfLifeDays: 10 };

describe('fusing', () => {
  it('gives the first of a list all of its weight, and each further one less', () => {
    const ranked = [1, 2, 3].map((rank) => candidate(`m${rank}`, { vectorRank: rank }));
    const scores = fuse(ranked, { ...only, vector: 2 }, 60).map(({ score }) => score);
    expect(scores).toEqual([2, (2 * 61) / 62, (2 * 61) / 63]);
  });

  it('prefers what stands in both lists to what leads only one of equal weight', () => {
    const both = candidate('both', { vectorRank: 2, textRank: 2 });
    const one = candidate('one', { textRank: 1 });
    expect(fuse([one, both], { ...only, vector: 1, text: 1 })[0]?.id).toBe('both');
  });

  it('halves recency in its half-life, and takes the future for now', () => {
    const ages = [candidate('now', { ageDays: -5 }), candidate('old', { ageDays: 10 })];
    expect(fuse(ages, { ...only, recency: 1 }).map(({ parts }) => parts.recency)).toEqual([1, 0.5]);
  });

  it('counts no importance where nobody has said', () => {
    const two = [candidate('a'), candidate('b', { importance: 0.5 })];
    expect(fuse(two, { ...only, importance: 0.4 }).map(({ id, score }) => [id, score])).toEqual([
      ['b', 0.2],
      ['a', 0],
    ]);
  });

  it('scores by the sum of the parts, and orders equals by id, the later first', () => {
    const all = ['a', 'b', 'c'].map((id) =>
      candidate(id, { vectorRank: 1, textRank: 4, ageDays: 3, importance: 1 }),
    );
    const fused = fuse(all, weightsOf('memory'));
    expect(fused.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    for (const { score, parts } of fused)
      expect(score).toBeCloseTo(parts.vector + parts.text + parts.recency + parts.importance, 12);
  });
});

it('takes the weights that were asked for, and the own ones for the rest', () => {
  expect(weightsOf('memory', { text: 0 })).toEqual({ ...DEFAULT_WEIGHTS.memory, text: 0 });
  expect(weightsOf('knowledge')).toEqual(DEFAULT_WEIGHTS.knowledge);
});
