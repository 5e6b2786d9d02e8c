import type { Response } from 'express';

/** Aborts when the connection has gone before the answer was out. */
export function closedSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
