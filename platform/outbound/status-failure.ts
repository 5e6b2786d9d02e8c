import { type FailureType, GatheringFailure } from '../../contracts/failure.ts';
import { retryAfterMsOf } from './retry-after.ts';

/**
 * The failure that an HTTP status of a target means, or undefined for a status below 400. 408, 409, 429 and 5xx are
 * `Unavailable` (retried, with the target's Retry-After as `retryAfterMs`); 401, 403 and 404/410 have their own types;
 * every other 4xx is `InvalidInput`. Only `Unavailable` is retried. `details.status` holds the status.
 * @param headers names in lower case
 * @param nowMs the moment that an HTTP date in Retry-After is compared with
 */
export function failureOfStatus(
  status: number,
  headers: Readonly<Record<string, string>>,
  nowMs: number = Date.now(),
): GatheringFailure | undefined {
  if (status < 400) return undefined;
  const type = failureTypeOfStatus(status);
  const message = `The target answered with status ${status}`;
  const retryAfterMs = type === 'Unavailable' ? retryAfterMsOf(headers, nowMs) : undefined;
  return new GatheringFailure(type, message, {
    details: { status },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The type alone; `status` is 400 or above. */
export function failureTypeOfStatus(status: number): FailureType {
  if (status === 408 || status === 409 || status === 429 || status >= 500) return 'Unavailable';
  if (status === 401) return 'NotAuthenticated';
  if (status === 403) return 'Forbidden';
  if (status === 404 || status === 410) return 'NotFound';
  return 'InvalidInput';
}
