/**
 * Works under a signal that also aborts when time is up; what went wrong after that did so because of it.
 * @throws the reason of the abort, that of `outer` where that aborts, else what the work throws
 */
export async function withinDeadline<Result>(
  outer: AbortSignal,
  timeout: { ms: number; failure: () => Error },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => controller.abort(timeout.failure()), timeout.ms);
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}
