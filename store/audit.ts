import { z } from 'zod';

import { AuditEntry } from '../contracts/audit.ts';
import type { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, pageOfRows } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

export interface AuditFilter extends ListPosition {
  userId?: Id | undefined;
  resource?: string | undefined;
  resourceId?: string | undefined;
}

// Written by our own SQL.
const Row = AuditEntry.extend({ data: z.custom<AuditEntry['data']>() });

/** What people did. Entries are written by the SQL functions that do it, in the same transaction. */
export function createAudit(pool: Queryable) {
  return {
    async listAudit(filter: AuditFilter): Promise<Page<AuditEntry>> {
      const { limit, userId, resource, resourceId } = filter;
      const rows = await pool.any(sql.type(Row)`
        select id, at, user_id as "userId", user_email as user, action, resource, resource_id as "resourceId", data, request_id as "requestId"
        from auth.audit
        where ${sql.and([
          sql.fragment`id < ${idBefore(filter)}`,
          userId !== undefined && sql.fragment`user_id = ${userId}`,
          resource !== undefined && sql.fragment`resource = ${resource}`,
          resourceId !== undefined && sql.fragment`resource_id = ${resourceId}`,
        ])}
        order by id desc limit ${limit + 1}`);
      return pageOfRows(rows, limit);
    },
  };
}
