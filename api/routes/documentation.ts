import { resolve } from 'node:path';

import express, { Router } from 'express';
import { absolutePath } from 'swagger-ui-dist';

import { describeApi } from '../openapi.ts';
import type { Route } from '../route.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GatheRing API</title>
<link rel="icon" href="/api/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script>
<script src="/api/docs/page.js"></script>
</body>
</html>
`;
const SCRIPT = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });\n`;

/** The OpenAPI document and a page to read it and try it out; both public, neither loads anything from elsewhere. */
export function documentationRouter(routes: readonly Route[], version: string): Router {
  const router = Router();
  let document: string | undefined;

  router.get('/openapi.json', (_, response) => {
    document ??= JSON.stringify(describeApi(routes, version));
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(document);
  });
  router.get('/docs', (_, response) => void response.type('html').send(PAGE));
  router.get('/docs/page.js', (_, response) => void response.type('js').send(SCRIPT));
  router.use(
    '/docs/assets',
    express.static(resolve(absolutePath()), { index: false, redirect: false, maxAge: '1 day' }),
  );
  return router;
}
