import { GatheringFailure } from '../../contracts/failure.ts';
import { CURRENT_TIME } from './catalogue.ts';
import type { ToolKind } from './tool-kind.ts';

export const currentTime = (clock: { now(): Date }): ToolKind => ({
  tool: CURRENT_TIME,
  run: (input) => {
    const timeZone = typeof input['timeZone'] === 'string' ? input['timeZone'] : 'UTC';
    return Promise.resolve(timeIn(timeZone, clock.now()));
  },
});

/** `2026-01-02T12:04:05+09:00 (Asia/Tokyo, Friday)`. @throws GatheringFailure `InvalidInput` for an unknown zone */
function timeIn(timeZone: string, now: Date): string {
  const parts = partsIn(timeZone, now);
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', weekday = '' } = parts;
  // Some versions of ICU say "GMT" for "GMT+00:00".
  const offset = (parts['timeZoneName'] ?? '').replace('GMT', '') || '+00:00';
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset} (${timeZone}, ${weekday})`;
}

function partsIn(timeZone: string, now: Date): Partial<Record<string, string>> {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      weekday: 'long',
      timeZoneName: 'longOffset',
    });
    return Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  } catch (cause) {
    throw new GatheringFailure(
      'InvalidInput',
      `There is no time zone "${timeZone}"; use an IANA name such as "Europe/Berlin" or "UTC"`,
      { cause },
    );
  }
}
