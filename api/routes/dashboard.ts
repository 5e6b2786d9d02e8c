import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import express, { Router } from 'express';

/**
 * The dashboard's files, and its one page for every address of its own. Files in `assets/` have their hash in their name and never
 * change; the page is asked for each time.
 * @param folder what `vite build` made
 */
export function dashboardRouter(folder: string): Router {
  const router = Router();
  const page = resolve(folder, 'index.html');
  router.use(
    '/assets',
    express.static(resolve(folder, 'assets'), {
      immutable: true,
      maxAge: '1 year',
      index: false,
      redirect: false,
    }),
  );
  router.use(express.static(folder, { index: false, redirect: false, maxAge: '1 hour' }));
  router.get('/{*path}', (request, response, next) => {
    const isPage = request.accepts(['html', 'json']) === 'html' && !request.path.includes('.');
    if (!isPage || !existsSync(page)) {
      next();
      return;
    }
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(page, { cacheControl: false });
  });
  return router;
}
