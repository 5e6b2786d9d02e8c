import { GatheringFailure } from '../../contracts/failure.ts';

export interface WatchdogLimits {
  /** Until the first chunk: a model may be loaded or may think first. */
  firstChunkMs: number;
  /** Between two chunks. */
  stallMs: number;
  /** How often `onProgress` is called while nothing arrives. */
  pulseMs: number;
}

export const WATCHDOG_LIMITS: WatchdogLimits = { firstChunkMs: 120_000, stallMs: 60_000, pulseMs: 1000 };

export interface Watchdog {
  /** Aborts with the caller's reason, or with `Unavailable` when nothing arrived within the limit. */
  signal: AbortSignal;
  /** Something arrived. */
  feed: () => void;
  stop: () => void;
}

/** Watches a stream: ends it when it stalls or when the caller stops it, and reports that it is being waited for. */
export function startWatchdog(limits: WatchdogLimits, outer: AbortSignal, onProgress: () => void): Watchdog {
  const controller = new AbortController();
  const stopWith = (): void => controller.abort(outer.reason);
  const stalled = (limitMs: number): NodeJS.Timeout =>
    setTimeout(() => {
      controller.abort(new GatheringFailure('Unavailable', `The model sent nothing for ${limitMs} ms`));
    }, limitMs);
  let timer = stalled(limits.firstChunkMs);
  const pulse = setInterval(onProgress, limits.pulseMs);
  if (outer.aborted) stopWith();
  else outer.addEventListener('abort', stopWith, { once: true });
  return {
    signal: controller.signal,
    feed: () => {
      clearTimeout(timer);
      timer = stalled(limits.stallMs);
      onProgress();
    },
    stop: () => {
      clearTimeout(timer);
      clearInterval(pulse);
      outer.removeEventListener('abort', stopWith);
    },
  };
}
