/** The vector of length one in the same direction; null where there is none: for zeros, and for what is not finite. */
export function unitVectorOf(vector: readonly number[] | Float32Array): number[] | null {
  // Divided by the largest first, so that squares neither overflow nor vanish.
  let largest = 0;
  for (const value of vector) {
    if (!Number.isFinite(value)) return null;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0) return null;
  const scaled = Array.from(vector, (value) => value / largest);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return scaled.map((value) => value / length);
}
