import { z } from 'zod';

const UNITS = { ms: 1, second: 1000, s: 1000, minute: 60_000, m: 60_000, hour: 3_600_000, h: 3_600_000, day: 86_400_000, d: 86_400_000 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)\s*(ms|seconds?|s|minutes?|m|hours?|h|days?|d)$/;

/** A duration string such as `"30 seconds"`, `"500ms"`, `"2 hours"`. At most 365 days. */
export const Duration = z.string().refine(
  (text) => {
    const match = PATTERN.exec(text);
    return match !== null && millisecondsOf(text) <= 365 * UNITS.day;
  },
  { error: 'must be a duration such as "30 seconds", "500ms" or "2 hours", at most 365 days' },
);
export type Duration = z.infer<typeof Duration>;

/** Length of a valid duration string in milliseconds; NaN for a string that is not a duration. */
export function millisecondsOf(duration: Duration): number {
  const match = PATTERN.exec(duration);
  if (match === null) return Number.NaN;
  const [, amount = '', unit = ''] = match;
  const singular = unit.length > 2 ? unit.replace(/s$/, '') : unit;
  return Number(amount) * UNITS[singular as keyof typeof UNITS];
}
