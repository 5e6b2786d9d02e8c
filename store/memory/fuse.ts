import type { ScoreParts, SearchSummary, SearchWeights } from '../../contracts/memory.ts';

export type Weights = SearchSummary['weights'];

/** How much each part counts where nobody says otherwise; docs/retrieval-quality.md tells how they were found. */
export const DEFAULT_WEIGHTS = {
  memory: { vector: 0.4, text: 1, recency: 0.05, importance: 0.05, halfLifeDays: 30 },
  // A passage is as true as its document, however old that is, and nobody has said how important it is.
  knowledge: { vector: 0.15, text: 1, recency: 0, importance: 0, halfLifeDays: 365 },
} as const satisfies Record<string, Weights>;

/** What was asked for, and the house's own where nothing was. */
export function weightsOf(source: keyof typeof DEFAULT_WEIGHTS, asked: SearchWeights = {}): Weights {
  const own = DEFAULT_WEIGHTS[source];
  return {
    vector: asked.vector ?? own.vector,
    text: asked.text ?? own.text,
    recency: asked.recency ?? own.recency,
    importance: asked.importance ?? own.importance,
    halfLifeDays: asked.halfLifeDays ?? own.halfLifeDays,
  };
}

/**
 * The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
 * Methods, SIGIR 2009). They took 60, for lists that were about as good as one another. Here the list by words is much the better one with the
 * local model, and a flat constant lets the other one overrule it: see docs/retrieval-quality.md.
 */
export const RRF_K = 2;

export interface Candidate {
  id: string;
  similarity: number | null;
  /** From 1. */
  vectorRank: number | null;
  textRank: number | null;
  ageDays: number;
  /** 0 to 1; null where nobody has said. */
  importance: number | null;
}

export type Scored<C extends Candidate> = C & { score: number; parts: ScoreParts };

/**
 * Orders candidates by the sum of their parts: the place in each list, `weight × (k + 1) / (k + rank)`, so that the first of a list has all of
 * its weight; `weight × 2^(−age / half-life)`; `weight × importance`. Equals are in the order of their ids, the later first.
 */
export function fuse<C extends Candidate>(
  candidates: readonly C[],
  weights: Weights,
  k: number = RRF_K,
): Scored<C>[] {
  const place = (rank: number | null, weight: number): number =>
    rank === null ? 0 : (weight * (k + 1)) / (k + rank);
  return candidates
    .map((candidate) => {
      const parts = {
        similarity: candidate.similarity,
        vectorRank: candidate.vectorRank,
        textRank: candidate.textRank,
        vector: place(candidate.vectorRank, weights.vector),
        text: place(candidate.textRank, weights.text),
        recency: weights.recency * 2 ** (-Math.max(0, candidate.ageDays) / weights.halfLifeDays),
        importance: weights.importance * (candidate.importance ?? 0),
        rerank: null,
      };
      const score = parts.vector + parts.text + parts.recency + parts.importance;
      return { ...candidate, parts, score };
    })
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1));
}
