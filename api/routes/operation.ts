import type { Request, Response } from 'express';
import { Router } from 'express';

import type { Readiness } from '../../contracts/health.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requestIdOf } from '../middleware/request-id.ts';

/** What operators and their machines ask, at the root and without a token. */
export function operationRouter({
  health,
  telemetry,
}: Pick<ApiDependencies, 'health' | 'telemetry'>): Router {
  const router = Router();

  router.get('/health', (_: Request, response: Response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end('{"status":"ok"}');
  });

  router.get('/health/ready', async (_: Request, response: Response) => {
    const readiness = await health.readiness();
    if (readiness.status === 'ready') response.json(readiness);
    else answerUnavailable(readiness, response);
  });

  router.get('/metrics', async (_: Request, response: Response) => {
    response.setHeader('content-type', telemetry.registry.contentType);
    response.end(await telemetry.registry.metrics());
  });

  return router;
}

function answerUnavailable(readiness: Readiness, response: Response): void {
  const missing = Object.entries(readiness.parts).flatMap(([path, { ok, reason }]) =>
    ok ? [] : [{ path, message: reason ?? 'is not ready' }],
  );
  response.status(503).setHeader('retry-after', '1');
  response.setHeader('content-type', 'application/problem+json; charset=utf-8');
  const problem = {
    type: 'urn:gathering:problem:unavailable',
    title: 'Not ready',
    status: 503,
    detail: missing.map(({ path, message }) => `${path}: ${message}`).join('; '),
    requestId: requestIdOf(response),
    errors: missing,
    parts: readiness.parts,
  };
  response.end(JSON.stringify(problem));
}
