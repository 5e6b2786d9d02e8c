import { infiniteQueryOptions } from '@tanstack/react-query';

import { AuditEntry } from '../../../../contracts/audit.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import type { AuditFilters } from './filters.ts';

const AuditPage = pageOf(AuditEntry);

export const auditQuery = (api: Api, filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }) =>
      api.get('/audit', AuditPage, { query: { ...filters, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
