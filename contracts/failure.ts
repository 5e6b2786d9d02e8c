import { z } from 'zod';

/**
 * The one table of failures. Retry behaviour, HTTP status and what the dashboard says derive from it.
 * Only a failure's `type` crosses the engine, as `ApplicationFailure.type`.
 */
export const FAILURES = {
  InvalidInput: { retryable: false, httpStatus: 422, title: 'The input is not valid' },
  NotAuthenticated: { retryable: false, httpStatus: 401, title: 'Sign in first' },
  Forbidden: { retryable: false, httpStatus: 403, title: 'Not allowed' },
  NotFound: { retryable: false, httpStatus: 404, title: 'Not found' },
  Conflict: { retryable: false, httpStatus: 409, title: 'Not possible in this state' },
  LimitExceeded: { retryable: false, httpStatus: 429, title: 'A limit is reached' },
  BadAgentOutput: { retryable: true, httpStatus: 502, title: "The model's answer did not fit its schema" },
  Unavailable: { retryable: true, httpStatus: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { retryable: boolean; httpStatus: number; title: string }>;

export const FailureType = z.enum([
  'InvalidInput',
  'NotAuthenticated',
  'Forbidden',
  'NotFound',
  'Conflict',
  'LimitExceeded',
  'BadAgentOutput',
  'Unavailable',
]);
export type FailureType = z.infer<typeof FailureType>;

/** The type of a node's failure whose circuit breaker is open. Nothing was attempted, so it is none of the table. */
export const CIRCUIT_OPEN = 'circuit_open';

/** A failure as data: what a node row, an event and an `error` port carry. */
export const Failure = z.object({
  type: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
});
export type Failure = z.infer<typeof Failure>;

export interface FailureOptions {
  cause?: unknown;
  /** Machine-readable particulars; JSON. Never secrets. */
  details?: Record<string, unknown>;
  /** For `Unavailable`: how long the target asked us to wait (Retry-After), in milliseconds. */
  retryAfterMs?: number;
  /** Each culprit of an `InvalidInput`, for `problem.errors`. */
  problems?: readonly { path: string; message: string; nodeId?: string; edgeId?: string }[];
}

/** What domain code throws. `activities/index.ts` turns it into an `ApplicationFailure`, the API into a problem. */
export class GatheringFailure extends Error {
  override readonly name = 'GatheringFailure';
  readonly type: FailureType;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfterMs: number | undefined;
  readonly problems: NonNullable<FailureOptions['problems']>;

  constructor(type: FailureType, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.type = type;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
    this.problems = options.problems ?? [];
  }

  get retryable(): boolean {
    return FAILURES[this.type].retryable;
  }
}
