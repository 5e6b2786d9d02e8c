const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "3 min ago", "2 days ago"; an old instant is a date. */
export function relativeTime(at: number, now: number): string {
  const age = now - at;
  if (age < 10_000) return 'just now';
  if (age < MINUTE) return `${Math.floor(age / 1000)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  if (age < 2 * DAY) return 'yesterday';
  if (age < 14 * DAY) return `${Math.floor(age / DAY)} days ago`;
  return new Date(at).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });
}

/** The exact instant, in the reader's own time zone. */
export const exactTime = (at: number): string =>
  new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** "< 1 ms", "84 ms", "12.4 s", "3 min 5 s", "2 h 10 min", "29 d 4 h". */
export function durationText(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 1) return '< 1 ms';
  if (length < 1000) return `${Math.round(length)} ms`;
  if (length < MINUTE) return `${(Math.floor(length / 100) / 10).toFixed(1)} s`;
  if (length < HOUR)
    return joined(Math.floor(length / MINUTE), 'min', Math.floor((length % MINUTE) / 1000), 's');
  if (length < 2 * DAY)
    return joined(Math.floor(length / HOUR), 'h', Math.floor((length % HOUR) / MINUTE), 'min');
  return joined(Math.floor(length / DAY), 'd', Math.floor((length % DAY) / HOUR), 'h');
}

/** What is left of a wait, in whole seconds: "12 s", "29 d 4 h"; "any moment now" once it is over. */
export const leftText = (ms: number): string =>
  ms <= 0 ? 'any moment now' : durationText(Math.ceil(ms / 1000) * 1000).replace('.0 s', ' s');

const joined = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** US dollars with as many digits as tell something; free is "$0". */
export function costText(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '< $0.0001';
  return `$${usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** "1 node", "3 nodes". */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;

/** The end of an id, which is enough to tell runs apart at a glance. */
export const shortId = (id: string): string => id.slice(-6);
