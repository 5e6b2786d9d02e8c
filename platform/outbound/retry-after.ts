/** A target that asks for more than a day is not waited for by this number; the retry policy's own limits hold. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * How long a target asks us to wait, in milliseconds: `retry-after-ms`, else `Retry-After` as seconds or as an HTTP
 * date (RFC 9110, section 10.2.3; a date that has passed is 0). Undefined when it does not say, or not understandably.
 * @param headers names in lower case
 */
export function retryAfterMsOf(
  headers: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): number | undefined {
  const milliseconds = numberOf(headers['retry-after-ms']);
  if (milliseconds !== undefined) return bounded(milliseconds);
  const text = headers['retry-after']?.trim();
  const seconds = numberOf(text);
  if (seconds !== undefined) return bounded(seconds * 1000);
  // Date.parse also takes "5 apples" for a date in May: an HTTP date always names its zone.
  const at = text !== undefined && / GMT$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : bounded(at - nowMs);
}

const bounded = (ms: number): number => Math.min(Math.max(0, Math.ceil(ms)), LONGEST_MS);

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
