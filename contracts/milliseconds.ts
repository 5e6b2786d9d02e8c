const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  second: 1000,
  s: 1000,
  minute: 60_000,
  m: 60_000,
  hour: 3_600_000,
  h: 3_600_000,
  day: 86_400_000,
  d: 86_400_000,
};
const PATTERN = /^(\d+(?:\.\d+)?)\s*(ms|seconds?|s|minutes?|m|hours?|h|days?|d)$/;

/** Length of a valid duration string in milliseconds; NaN for a string that is not a duration. Free of zod: workflows load it. */
export function millisecondsOf(duration: string): number {
  const match = PATTERN.exec(duration);
  const [, amount = '', unit = ''] = match ?? [];
  const singular = unit.length > 2 ? unit.replace(/s$/, '') : unit;
  return Number(amount) * (UNITS[singular] ?? Number.NaN);
}
