import { describe, expect, it } from '@jest/globals';

import type { Permission } from '../contracts/policy.ts';
import { isAllowed } from '../contracts/policy.ts';
import { Role } from '../contracts/user.ts';
import { withApi } from '../testing/api-server.ts';

const api = withApi();
const NONE = '01890000-0000-7000-8000-000000000000';

/** Each route with its permission; none of the calls is allowed to find or make anything. */
const table: readonly [Permission, string, string, object?][] = [
  ['account:read', 'GET', '/auth/me'],
  ['account:read', 'GET', '/config'],
  ['users:read', 'GET', '/users'],
  ['users:create', 'POST', '/users', {}],
  ['users:delete', 'DELETE', `/users/${NONE}`],
  ['agents:read', 'GET', '/agents'],
  ['agents:read', 'GET', `/agents/${NONE}`],
  ['agents:create', 'POST', '/agents', {}],
  ['agents:update', 'PUT', `/agents/${NONE}`, {}],
  ['agents:delete', 'DELETE', `/agents/${NONE}`],
  ['agents:create', 'POST', '/agents/import', {}],
  ['agents:read', 'GET', `/agents/${NONE}/export`],
  ['agents:read', 'GET', `/agents/${NONE}/sessions`],
  ['agents:read', 'POST', '/agents/prompt-preview', {}],
  ['circles:read', 'GET', '/circles'],
  ['circles:create', 'POST', '/circles', {}],
  ['circles:read', 'GET', `/circles/${NONE}`],
  ['circles:update', 'PUT', `/circles/${NONE}`, {}],
  ['circles:delete', 'DELETE', `/circles/${NONE}`],
  ['circles:update', 'PUT', `/circles/${NONE}/members/${NONE}`, {}],
  ['circles:update', 'DELETE', `/circles/${NONE}/members/${NONE}`],
  ['conversations:converse', 'POST', '/conversations', {}],
  ['conversations:converse', 'POST', `/agents/${NONE}/conversations`, {}],
  ['conversations:read', 'GET', '/conversations'],
  ['conversations:read', 'GET', `/conversations/${NONE}`],
  ['conversations:converse', 'PATCH', `/conversations/${NONE}`, {}],
  ['conversations:read', 'GET', `/conversations/${NONE}/messages`],
  ['conversations:converse', 'POST', `/conversations/${NONE}/messages`, {}],
  ['conversations:converse', 'POST', `/conversations/${NONE}/branches`, {}],
  ['conversations:read', 'GET', `/conversations/${NONE}/turns`],
  ['conversations:read', 'GET', `/conversations/${NONE}/events`],
  ['conversations:converse', 'POST', `/conversations/${NONE}/interrupt`],
  ['conversations:converse', 'POST', `/conversations/${NONE}/pause`],
  ['conversations:converse', 'POST', `/conversations/${NONE}/resume`],
  ['conversations:converse', 'POST', `/conversations/${NONE}/end`],
  ['personas:read', 'GET', '/personas'],
  ['providers:read', 'GET', '/providers'],
  ['tools:read', 'GET', '/tools'],
  ['pipelines:read', 'GET', '/pipelines'],
  ['pipelines:read', 'GET', `/pipelines/${NONE}`],
  ['pipelines:read', 'POST', '/pipelines/validate', {}],
  ['pipelines:update', 'POST', '/pipelines/preview-expression', {}],
  ['pipelines:read', 'GET', '/pipelines/node-kinds'],
  ['pipelines:read', 'GET', `/pipelines/${NONE}/versions`],
  ['pipelines:read', 'GET', `/pipelines/${NONE}/versions/1`],
  ['pipelines:read', 'GET', `/pipelines/${NONE}/versions/1/diff/draft`],
  ['pipelines:update', 'POST', `/pipelines/${NONE}/versions/1/restore`],
  ['pipelines:read', 'GET', `/pipelines/${NONE}/export`],
  ['breakers:read', 'GET', `/pipelines/${NONE}/breakers`],
  ['breakers:reset', 'POST', `/pipelines/${NONE}/breakers/call/reset`],
  ['pipelines:create', 'POST', '/pipelines', {}],
  ['pipelines:create', 'POST', '/pipelines/import', {}],
  ['pipelines:update', 'PUT', `/pipelines/${NONE}`, {}],
  ['pipelines:update', 'POST', `/pipelines/${NONE}/publish`],
  ['pipelines:delete', 'DELETE', `/pipelines/${NONE}`],
  ['runs:start', 'POST', `/pipelines/${NONE}/runs`, {}],
  ['runs:read', 'GET', '/runs'],
  ['runs:read', 'GET', `/runs/${NONE}`],
  ['runs:read', 'GET', `/runs/${NONE}/nodes/one`],
  ['runs:read', 'GET', `/runs/${NONE}/events`],
  ['runs:read', 'GET', `/runs/${NONE}/files`],
  ['runs:read', 'GET', `/runs/${NONE}/files/a/b.txt`],
  ['runs:start', 'POST', `/runs/${NONE}/fork`, {}],
  ['runs:start', 'POST', '/runs/restart', { filter: { tag: 'none' } }],
  ['runs:update', 'PATCH', `/runs/${NONE}`, {}],
  ['runs:delete', 'DELETE', `/runs/${NONE}`],
  ['runs:cancel', 'POST', `/runs/${NONE}/cancel`],
  ['runs:pause', 'POST', `/runs/${NONE}/pause`],
  ['runs:pause', 'POST', `/runs/${NONE}/resume`],
  ['approvals:read', 'GET', '/approvals'],
  ['approvals:read', 'GET', `/approvals/${NONE}`],
  ['approvals:decide', 'POST', `/approvals/${NONE}`, { decision: 'approve' }],
  ['memories:read', 'GET', '/memories'],
  ['memories:read', 'GET', `/memories/${NONE}`],
  ['memories:read', 'GET', '/memories/export'],
  ['memories:read', 'POST', '/memories/search', {}],
  ['memories:create', 'POST', '/memories', {}],
  ['memories:update', 'PATCH', `/memories/${NONE}`, {}],
  ['memories:delete', 'DELETE', `/memories/${NONE}`],
  ['memories:delete', 'POST', '/memories/forget', {}],
  ['retention:read', 'GET', '/memories/retention'],
  ['retention:update', 'PUT', '/memories/retention', {}],
  ['knowledge:read', 'GET', '/knowledge/documents'],
  ['knowledge:read', 'GET', `/knowledge/documents/${NONE}`],
  ['knowledge:read', 'GET', `/knowledge/documents/${NONE}/chunks`],
  ['knowledge:read', 'GET', `/knowledge/documents/${NONE}/content`],
  ['knowledge:read', 'POST', '/knowledge/search', {}],
  ['knowledge:create', 'POST', '/knowledge/documents', {}],
  ['knowledge:update', 'PUT', `/knowledge/documents/${NONE}`, {}],
  ['knowledge:delete', 'DELETE', `/knowledge/documents/${NONE}`],
  ['knowledge:update', 'POST', `/knowledge/documents/${NONE}/pause`],
  ['knowledge:update', 'POST', `/knowledge/documents/${NONE}/resume`],
  ['knowledge:update', 'POST', `/knowledge/documents/${NONE}/cancel`],
  ['knowledge:update', 'POST', `/knowledge/documents/${NONE}/retry`],
  ['embeddings:read', 'GET', '/embeddings'],
  ['embeddings:update', 'POST', '/embeddings/change', {}],
  ['embeddings:update', 'POST', '/embeddings/999/pause'],
  ['embeddings:update', 'POST', '/embeddings/999/resume'],
  ['embeddings:update', 'POST', '/embeddings/999/cancel'],
  ['costs:read', 'GET', '/costs'],
  ['costs:read', 'GET', '/ledger'],
  ['budgets:read', 'GET', '/budgets'],
  ['budgets:read', 'GET', `/budgets/agent/${NONE}`],
  ['budgets:update', 'PUT', `/budgets/agent/${NONE}`, {}],
  ['budgets:update', 'DELETE', `/budgets/agent/${NONE}`],
  ['audit:read', 'GET', '/audit'],
  ['secrets:read', 'GET', '/secrets'],
  ['secrets:write', 'PUT', '/secrets/NAME', {}],
  ['secrets:delete', 'DELETE', '/secrets/NAME'],
];
const calls = table.map(([permission, method, path, body]) => ({ permission, method, path, body }));

it('has a row here for every route that asks for a permission', async () => {
  const { paths } = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: unknown[] }>>;
  };
  const declared = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security === undefined ? [`${method} ${path}`] : [],
    ),
  );
  const matches = (route: string): boolean =>
    calls.some(({ method, path }) => {
      const [verb = '', address = ''] = route.split(' ');
      const pattern = new RegExp(
        `^${address.replaceAll(/\{path\}$/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
      );
      return verb === method.toLowerCase() && pattern.test(`/api${path}`);
    });
  expect(declared.filter((route) => !matches(route) && route !== 'post /api/auth/logout')).toEqual([]);
});

describe.each(Role.options)('as %s', (role) => {
  it.each(calls)('$permission: $method $path', async ({ permission, method, path, body }) => {
    const response = await api.as[role].raw(method, path, body);
    await response.text();
    if (isAllowed(role, permission)) expect([401, 403]).not.toContain(response.status);
    else expect(response.status).toBe(403);
  });
});

it.each(calls)('is closed to strangers: $method $path', async ({ method, path, body }) => {
  const response = await fetch(`${api.url}/api${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(401);
});
