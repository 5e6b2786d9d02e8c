import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { createDocument } from 'zod-openapi';

import { Problem } from '../contracts/problem.ts';
import type { Route } from './route.ts';

const TITLES = { 401: 'No or bad credentials', 403: 'Not allowed', 422: 'The contract was refused' } as const;
const EMPTY = /^\/(?:pipelines\/:id\/)?([a-z-]+)/;

/** Makes the OpenAPI 3.1 document of the declared routes. */
export function describeApi(routes: readonly Route[], version: string): unknown {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = `/api${route.spec.path.replaceAll(/[:*]([a-zA-Z]+)/g, '{$1}')}`;
    (paths[path] ??= {})[route.spec.method] = operationOf(route);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'GatheRing',
      version,
      description: 'Teams of LLM agents whose work is never lost and never done twice.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: paths satisfies ZodOpenApiPathsObject,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    security: [{ bearer: [] }],
  });
}

function operationOf({ spec }: Route): ZodOpenApiOperationObject {
  const { body, documentedBody = body, params, query, response, consumes = 'application/json' } = spec;
  const status = String(spec.status ?? (response === undefined && spec.produces === undefined ? 204 : 200));
  const type = spec.produces ?? 'application/json';
  const schema = response ?? z.string();
  const headers = headersOf(spec);
  return {
    summary: spec.summary,
    tags: [EMPTY.exec(spec.path)?.[1] ?? 'other'],
    ...(spec.permission === undefined
      ? { security: [] }
      : { description: `Permission: \`${spec.permission}\`` }),
    requestParams: {
      ...(params instanceof z.ZodObject ? { path: params } : {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
      ...(headers === undefined ? {} : { header: headers }),
    },
    ...(documentedBody === undefined
      ? {}
      : { requestBody: { content: { [consumes]: { schema: documentedBody } } } }),
    responses: {
      [status]: { description: 'Done', ...(status === '204' ? {} : { content: { [type]: { schema } } }) },
      ...problemsOf(spec),
    },
  };
}

function headersOf({ idempotent, conditional }: Route['spec']): z.ZodObject | undefined {
  if (idempotent === undefined && conditional === undefined) return undefined;
  return z.object({
    ...(idempotent === undefined ? {} : { 'Idempotency-Key': z.string().min(1).max(255).optional() }),
    ...(conditional === undefined ? {} : { 'If-Match': z.string() }),
  });
}

function problemsOf({ permission, body, query, params }: Route['spec']) {
  const statuses = [
    ...(permission === undefined ? [] : ([401, 403] as const)),
    ...([body, query, params].some((schema) => schema !== undefined) ? ([422] as const) : []),
  ];
  const content = { 'application/problem+json': { schema: Problem } };
  return Object.fromEntries(
    statuses.map((status) => [String(status), { description: TITLES[status], content }]),
  );
}
