import type { Logger } from '../platform/logger.ts';

/**
 * Does some work again and again, never twice at the same time: where it takes longer than the interval, the next time is left out.
 * What goes wrong is logged, and tried again the next time.
 */
export function repeat(
  work: () => Promise<void>,
  { everyMs, logger, complaint }: { everyMs: number; logger: Logger; complaint: string },
): {
  /** Resolves once nothing is under way. */
  stop(): Promise<void>;
} {
  let working: Promise<void> | undefined;
  const timer = setInterval(() => {
    working ??= work()
      .catch((error: unknown) => logger.warn(complaint, { error }))
      .finally(() => (working = undefined));
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}
