import { Router } from 'express';

import type { Authenticate } from './auth/authenticate.ts';
import { notFound, ProtocolProblem } from './problem.ts';
import type { Route } from './route.ts';

/** Puts the declared routes under one router; another method of a known address is 405, any other address 404. */
export function mountRoutes(routes: readonly Route[], authenticate: Authenticate): Router {
  const router = Router({ caseSensitive: true });
  for (const { spec, serve } of routes) {
    router[spec.method](spec.path, async (request, response) => {
      response.locals['route'] = `/api${spec.path}`;
      await serve(request, response, authenticate);
    });
  }
  for (const [path, methods] of Map.groupBy(routes, ({ spec }) => spec.path)) {
    const allow = methods.map(({ spec }) => spec.method.toUpperCase()).join(', ');
    router.all(path, () => {
      throw new ProtocolProblem('method-not-allowed', `This address takes ${allow}.`, { allow });
    });
  }
  router.use(() => {
    throw notFound('There is nothing at this address.');
  });
  return router;
}
