import { millisecondsOf } from '../../contracts/duration.ts';
import type { GatheringFailure } from '../../contracts/failure.ts';
import { RetryPolicy } from '../../contracts/pipeline.ts';

/** A model that misses its schema three times will miss it again. */
const ATTEMPTS_AT_BAD_OUTPUT = 3;

export type RetryVerdict = { again: true; delayMs: number } | { again: false };

/**
 * What follows from a failed attempt. A target that says how long to wait is waited for exactly that long.
 * @param failures how many attempts have failed, this one included
 */
export function retryAfter(
  failure: Pick<GatheringFailure, 'type' | 'retryable' | 'retryAfterMs'>,
  failures: number,
  policy: RetryPolicy = RetryPolicy.parse({}),
): RetryVerdict {
  const allowed =
    failure.type === 'BadAgentOutput'
      ? Math.min(policy.maximumAttempts, ATTEMPTS_AT_BAD_OUTPUT)
      : policy.maximumAttempts;
  if (!failure.retryable || failures >= allowed) return { again: false };
  const grown = millisecondsOf(policy.initialInterval) * policy.backoffCoefficient ** (failures - 1);
  const backoffMs = Math.min(grown, millisecondsOf(policy.maximumInterval));
  return { again: true, delayMs: engineDelayOf(failure.retryAfterMs ?? backoffMs) };
}

/** Temporal takes a delay of 0 for the wish not to try again. */
export const engineDelayOf = (ms: number): number => Math.max(1, Math.round(ms));
