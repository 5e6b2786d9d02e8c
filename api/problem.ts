import type { FailureType } from '../contracts/failure.ts';
import { FAILURES, GatheringFailure } from '../contracts/failure.ts';
import type { Problem, ProblemItem } from '../contracts/problem.ts';
import { storeFailureOf } from '../store/store-failure.ts';
import { VersionMismatch } from '../store/version-check.ts';

/** What HTTP itself refuses, before a failure of the domain could happen. */
const PROTOCOL = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'method-not-allowed': { status: 405, title: 'Not a method of this address' },
  timeout: { status: 408, title: 'The request took too long to come' },
  'lost-update': { status: 412, title: 'Changed in the meantime' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'Not a type that is read here' },
  'precondition-required': { status: 428, title: 'Say which version you mean' },
} as const;

/** A refusal of the protocol; `headers` go out with it. */
export class ProtocolProblem extends Error {
  override readonly name = 'ProtocolProblem';
  readonly kind: keyof typeof PROTOCOL;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: keyof typeof PROTOCOL, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.kind = kind;
    this.headers = headers;
  }
}

export interface ProblemAnswer {
  problem: Omit<Problem, 'requestId'>;
  headers: Readonly<Record<string, string>>;
  /** True for what should not have happened: it is logged as an error and says nothing of itself. */
  bug: boolean;
}

/** How an error leaves the API; nothing of what is inside goes out with it. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof URIError)
    return problemOf(new ProtocolProblem('malformed-request', 'The address cannot be decoded.'));
  if (error instanceof ProtocolProblem) {
    return {
      problem: { ...shapeOf(error.kind), detail: error.message, errors: [] },
      headers: error.headers,
      bug: false,
    };
  }
  if (error instanceof VersionMismatch) {
    return {
      problem: {
        ...shapeOf('lost-update'),
        detail: `${error.message} Read it again, then make your change again.`,
        errors: [],
      },
      headers: { etag: `"${error.current}"` },
      bug: false,
    };
  }
  const failure = storeFailureOf(error);
  if (failure !== undefined)
    return { problem: problemOfFailure(failure), headers: headersOf(failure), bug: false };
  const detail = 'Something went wrong inside. Nothing is known of it but the request id.';
  return {
    problem: { type: typeOf('internal'), title: 'Internal error', status: 500, detail, errors: [] },
    headers: {},
    bug: true,
  };
}

export function problemOfFailure(failure: GatheringFailure): Omit<Problem, 'requestId'> {
  const { httpStatus: status, title } = FAILURES[failure.type];
  const errors: ProblemItem[] = failure.problems.map((problem) => ({ ...problem }));
  return { type: typeOf(kebab(failure.type)), title, status, detail: failure.message, errors };
}

function headersOf(failure: GatheringFailure): Record<string, string> {
  if (failure.type === 'NotAuthenticated') return { 'www-authenticate': 'Bearer realm="gathering"' };
  if (failure.type !== 'Unavailable' && failure.type !== 'LimitExceeded') return {};
  return { 'retry-after': String(Math.max(1, Math.ceil((failure.retryAfterMs ?? 1_000) / 1_000))) };
}

const typeOf = (name: string): string => `urn:gathering:problem:${name}`;
const kebab = (type: FailureType): string => type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
const shapeOf = (kind: keyof typeof PROTOCOL) => ({ type: typeOf(kind), ...PROTOCOL[kind] });

export const notFound = (detail: string): GatheringFailure => new GatheringFailure('NotFound', detail);
