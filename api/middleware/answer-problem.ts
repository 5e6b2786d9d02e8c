import type { ErrorRequestHandler, Request, Response } from 'express';

import type { Problem } from '../../contracts/problem.ts';
import type { Logger } from '../../platform/logger.ts';
import { problemOf } from '../problem.ts';
import { requestIdOf } from './request-id.ts';

/** The one place where errors become answers: `application/problem+json`, with the request's id and nothing from inside. */
export function answerProblems(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next) => {
    if (response.closed || request.socket.destroyed) {
      logger.debug('the client went away before it was answered', { path: request.path });
      return;
    }
    const { problem, headers, bug } = problemOf(error);
    if (bug) logger.error('a request failed by a bug', { method: request.method, path: request.path, error });
    else if (problem.status >= 500)
      logger.warn('a request could not be served', { path: request.path, error });
    if (response.headersSent) {
      next(error); // Half an answer is out already: the connection is cut.
      return;
    }
    const body: Problem = { ...problem, requestId: requestIdOf(response) };
    response.status(problem.status).setHeaders(new Map(Object.entries(headers)));
    response.setHeader('content-type', 'application/problem+json; charset=utf-8');
    response.end(JSON.stringify(body));
  };
}
