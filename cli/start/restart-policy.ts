const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
const STEADY_AFTER_MS = 60_000;
const FAILED_STARTS_LIMIT = 8;

/** Says how long to wait before a part is started again. */
export interface RestartPolicy {
  /** The part serves. */
  serves(): void;
  /** The part has ended, before it served or after; null: it failed at its start so often that it will not get better. */
  ended(): number | null;
}

/** Doubles the delay from 0.1 s to 10 s and begins anew once the part has served for a minute. */
export function createRestartPolicy(now: () => number = () => performance.now()): RestartPolicy {
  let ends = 0;
  let failedStarts = 0;
  let servesSince: number | null = null;
  return {
    serves: () => {
      servesSince = now();
      failedStarts = 0;
    },
    ended: () => {
      if (servesSince === null) failedStarts += 1;
      else if (now() - servesSince >= STEADY_AFTER_MS) ends = 0;
      servesSince = null;
      ends += 1;
      if (failedStarts >= FAILED_STARTS_LIMIT) return null;
      return Math.min(FIRST_DELAY_MS * 2 ** (ends - 1), LONGEST_DELAY_MS);
    },
  };
}
