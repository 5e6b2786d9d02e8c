import { seededRandom } from '../../platform/expression/seeded-random.ts';

/** Choices that are the same for the same seed. */
export function choicesOf(seed: string) {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  return {
    below,
    chance: (share: number): boolean => random() < share,
    one: <T>(things: readonly T[]): T => {
      const chosen = things[below(things.length)];
      if (chosen === undefined) throw new RangeError('there is nothing to choose from');
      return chosen;
    },
    some: <T>(things: readonly T[]): T[] => things.filter(() => random() < 0.5),
    /** Of unit length, so that nothing has to be embedded. */
    vector: (dimensions: number): number[] => {
      const values = Array.from({ length: dimensions }, () => random() - 0.5);
      const length = Math.hypot(...values);
      return values.map((value) => value / length);
    },
  };
}
export type Choices = ReturnType<typeof choicesOf>;
