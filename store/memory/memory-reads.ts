import type { FragmentSqlToken } from 'slonik';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import type { Memory, MemoryDetail, MemoryListQuery } from '../../contracts/memory.ts';
import type { Page } from '../../contracts/page.ts';
import { idBefore, isId, pageOfRows } from '../cursor.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { memoryColumns, MemoryRow, notExpired } from './memory-rows.ts';
import { type MemoryViewer, withinWalls } from './walls.ts';

type Filter = Omit<MemoryListQuery, 'limit' | 'cursor'>;

const EXPORTED_AT_ONCE = 200;

export const noMemory = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such memory.');

/** Reads of memories, as their viewer sees them. */
export function createMemoryReads(pool: Queryable) {
  const find = async (viewer: MemoryViewer, id: Id, which: FragmentSqlToken): Promise<Memory | null> =>
    isId(id)
      ? withinWalls(pool, viewer, (walled) =>
          walled.maybeOne(sql.type(MemoryRow)`
            select ${memoryColumns} from memory.memories m where m.id = ${id} and ${which}`),
        )
      : null;

  return {
    findMemory: (viewer: MemoryViewer, id: Id): Promise<Memory | null> => find(viewer, id, notExpired),

    /** What a request has made, also where that has expired since: whoever sends it again is told the same. */
    findMade: (viewer: MemoryViewer, id: Id): Promise<Memory | null> => find(viewer, id, sql.fragment`true`),

    /** With everything that took its place, or whose place it took. @throws GatheringFailure NotFound */
    async getMemory(viewer: MemoryViewer, id: Id): Promise<MemoryDetail> {
      if (!isId(id)) throw noMemory();
      const chain = await withinWalls(pool, viewer, (walled) =>
        walled.any(sql.type(MemoryRow)`
          select ${memoryColumns} from memory.memories m
          where m.chain = (select one.chain from memory.memories one where one.id = ${id}) order by m.created_at, m.id`),
      );
      const memory = chain.find((one) => one.id === id);
      if (memory === undefined || hasExpired(memory)) throw noMemory();
      return { ...memory, chain: [...chain] };
    },

    /** What an effect has made. */
    findByEffect: (viewer: MemoryViewer, effectKey: string): Promise<Memory | null> =>
      withinWalls(pool, viewer, (walled) =>
        walled.maybeOne(sql.type(MemoryRow)`
          select ${memoryColumns} from memory.memories m where m.effect_key = ${effectKey}`),
      ),

    async listMemories(viewer: MemoryViewer, query: MemoryListQuery): Promise<Page<Memory>> {
      const rows = await withinWalls(pool, viewer, (walled) =>
        walled.any(sql.type(MemoryRow)`
          select ${memoryColumns} from memory.memories m where m.id < ${idBefore(query)} and ${selected(query)}
          order by m.id desc limit ${query.limit + 1}`),
      );
      return pageOfRows(rows, query.limit);
    },

    /** Everything of a list, oldest first, read in pieces as it is taken. */
    async *exportMemories(viewer: MemoryViewer, filter: Filter): AsyncIterable<Memory> {
      for (let after: Id | null = null; ;) {
        const last: Id | null = after;
        const rows: readonly Memory[] = await withinWalls(pool, viewer, (walled) =>
          walled.any(sql.type(MemoryRow)`
            select ${memoryColumns} from memory.memories m
            where ${selected(filter)} and (${last}::uuid is null or m.id > ${last}) order by m.id limit ${EXPORTED_AT_ONCE}`),
        );
        yield* rows;
        after = rows.at(-1)?.id ?? null;
        if (rows.length < EXPORTED_AT_ONCE) return;
      }
    },
  };
}

const hasExpired = ({ expiresAt }: Memory): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.now();

const selected = (filter: Filter) => {
  const { scope, scopeId, kind, tag, q, conversationId, superseded } = filter;
  return sql.fragment`${sql.and([
    notExpired,
    superseded === 'exclude' && sql.fragment`m.superseded_by is null`,
    scope !== undefined && sql.fragment`m.scope_kind = ${scope}`,
    scopeId !== undefined && sql.fragment`m.scope_id = ${scopeId}`,
    conversationId !== undefined && sql.fragment`m.conversation_id = ${conversationId}`,
    kind !== undefined && sql.fragment`m.kind = ${kind}`,
    tag !== undefined && sql.fragment`${tag} = any(m.tags)`,
    q !== undefined && sql.fragment`m.words @@ websearch_to_tsquery('english', ${q})`,
  ])}`;
};
