/**
 * Normalised discounted cumulative gain of the first `depth` results (Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques,
 * ACM TOIS 20(4), 2002), with the grade as the gain and log2(place + 1) as the discount, as trec_eval's `ndcg_cut`.
 * @param found grades of the results, in their order
 * @param all grades of everything that could have been found
 * @returns 0 to 1
 */
export function ndcg(found: readonly number[], all: readonly number[], depth = 10): number {
  const best = dcg(
    all.toSorted((a, b) => b - a),
    depth,
  );
  return best === 0 ? 0 : dcg(found, depth) / best;
}

function dcg(grades: readonly number[], depth: number): number {
  return grades.slice(0, depth).reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);
}
