/** Whose doings, and with what, the audit shows; lives in its address. */
export interface AuditFilters {
  userId?: string;
  resource?: string;
  resourceId?: string;
}

const NAMES = ['userId', 'resource', 'resourceId'] as const;

export const readFilters = (search: URLSearchParams): AuditFilters =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = search.get(name)?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
