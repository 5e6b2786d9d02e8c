import { randomUUID } from 'node:crypto';

import type { NextFunction, Request, Response } from 'express';

import { withLogContext } from '../../platform/logger.ts';

const HEADER = 'x-request-id';
const PRINTABLE = /^[\x20-\x7e]{1,128}$/;

/** Gives each request an id: the caller's when it is 1–128 printable characters. It is on every log line of the request. */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(HEADER);
  const requestId = given !== undefined && PRINTABLE.test(given) ? given : randomUUID();
  response.setHeader(HEADER, requestId);
  withLogContext({ requestId }, () => next());
}

export function requestIdOf(response: Response): string {
  const id = response.getHeader(HEADER);
  return typeof id === 'string' ? id : '';
}
