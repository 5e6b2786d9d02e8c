import type { ScoreParts } from '../../contracts/memory.ts';

/** Says how well each text answers a question, 0 to 1, in order. Runs a model: slow, and it costs. */
export type Rerank = (
  question: string,
  texts: readonly string[],
  options: { signal?: AbortSignal },
) => Promise<readonly number[]>;

/** So many are shown to the model for each result that is asked for. */
const SHOWN_FOR_EACH = 3;
const MOST_SHOWN = 50;

export const shownFor = (limit: number): number =>
  Math.max(limit, Math.min(MOST_SHOWN, SHOWN_FOR_EACH * limit));

/** Those found, in the order of the scores that the model has given; equals stay as they are. */
export function inOrderOf<Found extends { parts: ScoreParts }>(
  found: readonly Found[],
  scores: readonly number[],
): Found[] {
  return found
    .map((one, at) => ({
      ...one,
      parts: { ...one.parts, rerank: Math.min(1, Math.max(0, scores[at] ?? 0)) },
    }))
    .toSorted((a, b) => b.parts.rerank - a.parts.rerank);
}
