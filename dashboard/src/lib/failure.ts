import type { Problem } from '../../../contracts/problem.ts';

/** The API refused or failed: its problem document, typed. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly problem: Problem;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer at all: the server is down or the network is. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** An answer that the contracts do not know. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

export interface ErrorWords {
  title: string;
  detail: string;
  /** What the person can do next. */
  advice: string;
  requestId?: string;
}

const ADVICE: Record<number, string> = {
  401: 'Sign in again.',
  403: 'Ask an administrator for a role that may do this.',
  404: 'It may have been deleted. Go back to the list.',
  409: 'Reload to see the present state.',
  412: 'Somebody changed it meanwhile. Reload, then make your change again.',
  413: 'Send less, or split it.',
  422: 'Correct what is named and try again.',
};

/** Says any error in words: what happened and what to do. */
export function wordsOf(error: unknown): ErrorWords {
  if (error instanceof ApiFailure) {
    const { problem } = error;
    const advice =
      problem.status === 429
        ? `Wait ${error.retryAfterSeconds ?? 60} seconds, then try again.`
        : (ADVICE[problem.status] ?? 'Try again. If it stays, tell your administrator the request id.');
    return { title: problem.title, detail: problem.detail, advice, requestId: problem.requestId };
  }
  if (error instanceof Unreachable) {
    return {
      title: 'GatheRing does not answer',
      detail: 'The server could not be reached. Nothing that was accepted is lost.',
      advice: 'Check that it is running (npm start), then try again.',
    };
  }
  if (error instanceof UnexpectedAnswer) {
    return {
      title: 'The answer has a form that this page does not know',
      detail: error.message,
      advice: 'Reload the page: the server may be newer than it.',
    };
  }
  return {
    title: 'This page made a mistake',
    detail: error instanceof Error ? error.message : String(error),
    advice: 'Reload the page. Your runs are not affected.',
  };
}
