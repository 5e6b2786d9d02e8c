/** The mean of vectors of the same length. */
export const meanOf = (vectors: readonly Float32Array[]): Float32Array =>
  Float32Array.from(
    vectors[0] ?? [],
    (_, at) => vectors.reduce((sum, vector) => sum + (vector[at] ?? 0), 0) / vectors.length,
  );
