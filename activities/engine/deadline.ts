/** A signal that also aborts when time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
}

/** @param expired makes the reason of the abort when time is up; when `outer` aborts, its own reason is passed on */
export function startDeadline(outer: AbortSignal, timeoutMs: number, expired: () => Error): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => controller.abort(expired()), timeoutMs);
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}
