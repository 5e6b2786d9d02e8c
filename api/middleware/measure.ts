import type { RequestHandler } from 'express';

import type { Logger } from '../../platform/logger.ts';
import type { Telemetry } from '../../platform/telemetry.ts';

/** Measures each request by its route and leaves a line of it. */
export function measureRequests({
  telemetry,
  logger,
}: {
  telemetry: Telemetry;
  logger: Logger;
}): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - start) / 1_000;
      const route: unknown = response.locals['route'];
      const labels = {
        method: request.method,
        route: typeof route === 'string' ? route : 'other', // Addresses of strangers must not become labels.
        status: String(response.statusCode),
      };
      telemetry.requests.observe(labels, seconds);
      const done = response.writableFinished ? 'answered' : 'cut off';
      logger.debug(`${done} ${request.method} ${request.path}`, {
        status: response.statusCode,
        durationMs: Math.round(seconds * 1_000),
      });
    });
    next();
  };
}
