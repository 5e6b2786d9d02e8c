import { ConfigError } from '../../platform/config.ts';
import { MigrationError } from '../../store/migrate.ts';

/** Something outside of this program stands in the way of the start; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What a person reads: the plain words of what was expected to go wrong, everything about what was not. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected =
    error instanceof StartError || error instanceof ConfigError || error instanceof MigrationError;
  return isExpected ? [error.message, ...causesOf(error)].join('\n  ') : (error.stack ?? error.message);
}

function causesOf(error: Error): string[] {
  return error.cause instanceof Error ? [error.cause.message, ...causesOf(error.cause)] : [];
}
