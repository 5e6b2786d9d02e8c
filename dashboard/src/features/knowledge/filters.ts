import { MemoryScopeKind } from '../../../../contracts/agent.ts';
import { type DocumentListQuery, DocumentStatus } from '../../../../contracts/knowledge.ts';
import { scopeOf } from '../../lib/memory-words.ts';

/** Which documents a list shows; lives in its address. */
export interface DocumentFilters {
  /** A scope's key, or the name of a kind of scope. */
  scope?: string;
  status?: DocumentStatus;
  /** What its name holds. */
  q?: string;
}

export function readFilters(search: URLSearchParams): DocumentFilters {
  const scope = search.get('scope') ?? '';
  const status = DocumentStatus.safeParse(search.get('status')).data;
  const q = search.get('q') ?? '';
  const isScope = scopeOf(scope) !== undefined || MemoryScopeKind.safeParse(scope).success;
  return {
    ...(isScope && { scope }),
    ...(status !== undefined && { status }),
    ...(q !== '' && { q }),
  };
}

/** As the API takes them. */
export function queryOf({
  scope = '',
  ...others
}: DocumentFilters): Partial<Omit<DocumentListQuery, 'limit' | 'cursor'>> {
  const [kind, scopeId] = scope.split(':');
  const known = MemoryScopeKind.safeParse(kind).data;
  return {
    ...others,
    ...(known !== undefined && { scope: known }),
    ...(scopeId !== undefined && { scopeId }),
  };
}
