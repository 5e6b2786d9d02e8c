import { MemoryScopeKind } from '../../../../contracts/agent.ts';
import { Id } from '../../../../contracts/ids.ts';
import { MemoryKind, type MemoryListQuery } from '../../../../contracts/memory.ts';
import { scopeOf } from '../../lib/memory-words.ts';

/** Which memories a list shows; lives in its address. */
export interface MemoryFilters {
  /** A scope's key, or the name of a kind of scope. */
  scope?: string;
  kind?: MemoryKind;
  tag?: string;
  /** Words that it holds. */
  q?: string;
  superseded?: 'include';
  /** It was taken from what was said there. */
  conversation?: string;
}

export function readFilters(search: URLSearchParams): MemoryFilters {
  const scope = search.get('scope') ?? '';
  const kind = MemoryKind.safeParse(search.get('kind')).data;
  const tag = search.get('tag') ?? '';
  const q = search.get('q') ?? '';
  const conversation = Id.safeParse(search.get('conversation')).data;
  const isScope = scopeOf(scope) !== undefined || MemoryScopeKind.safeParse(scope).success;
  return {
    ...(isScope && { scope }),
    ...(kind !== undefined && { kind }),
    ...(tag !== '' && { tag }),
    ...(q !== '' && { q }),
    ...(conversation !== undefined && { conversation }),
    ...(search.get('superseded') === 'include' && { superseded: 'include' as const }),
  };
}

/** As the API takes them. */
export function queryOf({
  scope = '',
  conversation,
  ...others
}: MemoryFilters): Partial<Omit<MemoryListQuery, 'limit' | 'cursor'>> {
  const [kind, scopeId] = scope.split(':');
  const known = MemoryScopeKind.safeParse(kind).data;
  return {
    ...others,
    ...(conversation !== undefined && { conversationId: conversation }),
    ...(known !== undefined && { scope: known }),
    ...(scopeId !== undefined && { scopeId }),
  };
}
