import { z } from 'zod';

import { AuditEntry } from '../../contracts/audit.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const ListQuery = PageQuery.extend({
  userId: z.uuid().optional(),
  resource: z.string().max(100).optional(),
  resourceId: z.string().max(200).optional(),
});

export function auditRoutes({ store }: Pick<ApiDependencies, 'store'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/audit',
        summary: 'List who did what, newest first',
        permission: 'audit:read',
        query: ListQuery,
        response: pageOf(AuditEntry),
      },
      async ({ query }) => ({ body: await store.audit.listAudit(query) }),
    ),
  ];
}
