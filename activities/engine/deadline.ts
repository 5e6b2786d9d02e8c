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

/**
 * Works under a signal that also aborts when time is up; what went wrong after that did so because of it.
 * @throws the reason of the abort, else what the work throws
 */
export async function withinDeadline<Result>(
  outer: AbortSignal,
  timeout: { ms: number; failure: () => Error },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = startDeadline(outer, timeout.ms, timeout.failure);
  try {
    return await work(deadline.signal);
  } catch (error) {
    deadline.signal.throwIfAborted();
    throw error;
  } finally {
    deadline.clear();
  }
}
