/** The mean of vectors of the same length. */
export const meanOf = (vectors: readonly (readonly number[])[]): number[] =>
  (vectors[0] ?? []).map(
    (_, at) => vectors.reduce((sum, vector) => sum + (vector[at] ?? 0), 0) / vectors.length,
  );
