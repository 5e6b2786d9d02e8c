import type { Failure } from '../../contracts/failure.ts';
import { RUN_PAUSED } from '../../contracts/plan.ts';

/** What an error of Temporal's carries, as far as this reads it. */
interface EngineError {
  message: string;
  cause: unknown;
  type: unknown;
}

const engineErrorOf = (error: unknown): EngineError | undefined =>
  error instanceof Error
    ? { message: error.message, cause: error.cause, type: 'type' in error ? error.type : undefined }
    : undefined;

/** The failure that an activity failed with for good: the type crosses the engine as `ApplicationFailure.type`. */
export function failureOf(error: unknown): Failure {
  const found = engineErrorOf(error);
  if (found === undefined) return { type: 'Unavailable', message: String(error) };
  if (typeof found.type === 'string' && found.type !== '')
    return { type: found.type, message: found.message };
  if (found.cause !== undefined) return failureOf(found.cause);
  return { type: 'Unavailable', message: found.message };
}

/** The revision of the pause, where an activity has begun nothing because of one. */
export function pauseRevisionOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (engineErrorOf(cause)?.type !== RUN_PAUSED) return undefined;
  const details = cause instanceof Error && 'details' in cause ? cause.details : undefined;
  const revision: unknown = Array.isArray(details) ? details[0] : undefined;
  return typeof revision === 'number' ? revision : undefined;
}
