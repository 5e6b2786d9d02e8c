import { millisecondsOf } from '../../../../../contracts/duration.ts';

export const UNITS = ['milliseconds', 'seconds', 'minutes', 'hours', 'days'] as const;
export type Unit = (typeof UNITS)[number];

const SHORT: Readonly<Record<string, Unit>> = {
  ms: 'milliseconds',
  s: 'seconds',
  second: 'seconds',
  seconds: 'seconds',
  m: 'minutes',
  minute: 'minutes',
  minutes: 'minutes',
  h: 'hours',
  hour: 'hours',
  hours: 'hours',
  d: 'days',
  day: 'days',
  days: 'days',
};

/** "30 seconds" → its amount and unit; undefined for what is no duration, such as a template. */
export function splitDuration(text: string): { amount: string; unit: Unit } | undefined {
  if (Number.isNaN(millisecondsOf(text))) return undefined;
  const match = /^([\d.]+)\s*(\w+)$/.exec(text);
  const unit = SHORT[match?.[2] ?? ''];
  return unit === undefined ? undefined : { amount: match?.[1] ?? '', unit };
}

/** As the API and people write it: "1 second", "500ms", "2.5 hours". */
export function joinDuration(amount: string, unit: Unit): string {
  if (unit === 'milliseconds') return `${amount}ms`;
  return `${amount} ${amount === '1' ? unit.slice(0, -1) : unit}`;
}
