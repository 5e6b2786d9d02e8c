import { seededRandom } from '../platform/expression/seeded-random.ts';

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

export interface Interval {
  median: number;
  low: number;
  high: number;
}

const RESAMPLES = 2000;

/** Median with its 95 % interval, by the percentile bootstrap (Efron, 1979) with a fixed seed. */
export function medianInterval(samples: readonly number[]): Interval {
  const random = seededRandom('bootstrap');
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(samples.map(() => samples[Math.floor(random() * samples.length)] ?? Number.NaN)),
  );
  return { median: median(samples), low: percentile(medians, 0.025), high: percentile(medians, 0.975) };
}

export const format = (value: number, digits = 2): string => value.toFixed(digits);
export const formatInterval = ({ median: middle, low, high }: Interval, digits = 2): string =>
  `${format(middle, digits)} (${format(low, digits)}–${format(high, digits)})`;
