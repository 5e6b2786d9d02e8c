import { FAILURES, type FailureType, GatheringFailure } from '../../contracts/failure.ts';
import type { ProviderName } from '../../contracts/model.ts';
import { failureTypeOfStatus, retryAfterMsOf } from '../../platform/outbound/index.ts';

/** What the SDK's `APICallError` tells; read by shape, so that no SDK is loaded to classify an error. */
interface ApiCallError extends Error {
  statusCode?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
}

/**
 * The failure behind whatever the SDK threw or streamed. 408, 409, 429, 5xx, connection errors and cut streams are
 * `Unavailable`, with the wait that the provider asks for; 401 and 403 speak of the key; other 4xx are `InvalidInput`
 * (a wrong model name is one); an answer that cannot be read is `Unavailable`: the provider, not the model, broke it.
 */
export function failureOfProvider(provider: ProviderName, cause: unknown, nowMs: number): GatheringFailure {
  if (cause instanceof GatheringFailure) return cause;
  const status = statusOf(cause);
  if (status === undefined) {
    return new GatheringFailure('Unavailable', `The connection to ${provider} failed: ${messageOf(cause)}`, {
      cause,
    });
  }
  // An OK status with an error is an answer that cannot be read.
  if (status < 400)
    return new GatheringFailure('Unavailable', `${provider} sent an answer that cannot be read`, { cause });
  const type = typeOf(status);
  const retryAfterMs = FAILURES[type].retryable ? retryAfterMsOf(headersOf(cause), nowMs) : undefined;
  return new GatheringFailure(type, `${provider} answered with status ${status}: ${messageOf(cause)}`, {
    cause,
    details: { provider, status },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** For a model call "not found" is a wrong model name in the agent, not a thing that the caller asked for. */
function typeOf(status: number): FailureType {
  const type = failureTypeOfStatus(status);
  return type === 'NotFound' ? 'InvalidInput' : type;
}

/** The HTTP status, or the one that an error event inside a stream that began with 200 stands for. */
function statusOf(cause: unknown): number | undefined {
  if (cause instanceof Error && 'statusCode' in cause) {
    const { statusCode } = cause as ApiCallError; // shape checked above
    return typeof statusCode === 'number' ? statusCode : undefined;
  }
  const text = JSON.stringify(
    cause instanceof Error ? { message: cause.message, name: cause.name } : (cause ?? ''),
  );
  if (/rate_limit|overloaded|server_error|api_error|timeout/i.test(text))
    return /rate_limit/i.test(text) ? 429 : 503;
  if (/insufficient_quota/i.test(text)) return 429;
  if (/authentication_error|invalid_api_key/i.test(text)) return 401;
  if (/permission_error/i.test(text)) return 403;
  if (/invalid_request_error|invalid_prompt|context_length/i.test(text)) return 400;
  return undefined;
}

function headersOf(cause: unknown): Record<string, string> {
  if (!(cause instanceof Error) || !('responseHeaders' in cause)) return {};
  return (cause as ApiCallError).responseHeaders ?? {}; // shape checked above
}

function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : JSON.stringify(cause);
  // Providers repeat (a part of) the key when it is wrong.
  return text.replace(/\b(sk|key)-[\w*-]{4,}/gi, '***').slice(0, 500);
}
