import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';

import { MemoryRetention } from '../../contracts/memory.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { withinWalls } from './walls.ts';

const Nothing = z.object({});
/** So many rows at once: nobody waits long for the locks. */
const MOST_ROWS = 1_000;
/** Versions of one memory, the present one included. */
const MOST_VERSIONS = 100;

const rules = sql.fragment`
  select r.scope_kind as scope, r.max_age_days as "maxAgeDays", r.max_items as "maxItems" from memory.retention r
  order by array_position(array['global', 'circle', 'agent', 'conversation'], r.scope_kind)`;

export type Retention = ReturnType<typeof createRetention>;

/** What is kept of what is remembered, and what is not any more. */
export function createRetention(pool: Pool) {
  /** @param which selects chains @returns how many rows are gone */
  const deleteChains = (which: FragmentSqlToken): Promise<number> =>
    deleteRows(sql.fragment`delete from memory.memories m where m.chain in (${which} limit ${MOST_ROWS})`);

  const deleteRows = (deletion: FragmentSqlToken): Promise<number> =>
    withinWalls(
      pool,
      { kind: 'house' },
      async (walled) => (await walled.query(sql.type(Nothing)`${deletion}`)).rowCount,
    );

  return {
    listRetention: async (): Promise<MemoryRetention[]> => [
      ...(await pool.any(sql.type(MemoryRetention)`${rules}`)),
    ],

    /** What is not named stays as it is. What is over is deleted by the next sweep. */
    async changeRetention(changes: readonly MemoryRetention[], by: string): Promise<MemoryRetention[]> {
      await pool.transaction(async (transaction) => {
        for (const { scope, maxAgeDays, maxItems } of changes)
          await transaction.query(sql.type(Nothing)`
            update memory.retention set max_age_days = ${maxAgeDays}, max_items = ${maxItems}, updated_by = ${by}, updated_at = clock_timestamp()
            where scope_kind = ${scope}`);
      });
      return [...(await pool.any(sql.type(MemoryRetention)`${rules}`))];
    },

    /** Deletes some of what has expired, is too old or too much. @returns how much; none: there is no more */
    async deleteSomeOld(): Promise<number> {
      const expired = await deleteChains(sql.fragment`
        select m.chain from memory.memories m where m.expires_at < now() and m.superseded_by is null`);
      const old = await deleteChains(sql.fragment`
        select m.chain from memory.memories m join memory.retention r on r.scope_kind = m.scope_kind
        where m.kind <> 'block' and m.superseded_by is null and m.created_at < now() - make_interval(days => r.max_age_days)`);
      const tooMany = await deleteChains(sql.fragment`
        select ranked.chain from (
          select m.chain, r.max_items, row_number() over (partition by m.scope_id order by m.importance desc, m.id desc) as place
          from memory.memories m
          join (
            select n.scope_kind, n.scope_id, least(t.max_items, 1000000) as max_items
            from memory.memories n join memory.retention t on t.scope_kind = n.scope_kind
            where n.kind <> 'block' and n.superseded_by is null
            group by n.scope_kind, n.scope_id, t.max_items having count(*) > t.max_items
          ) r on r.scope_id = m.scope_id and r.scope_kind = m.scope_kind
          where m.kind <> 'block' and m.superseded_by is null
        ) ranked where ranked.place > ranked.max_items`);
      const versions = await deleteRows(sql.fragment`
        delete from memory.memories m where m.id in (
          select aged.id from (
            select v.id, v.superseded_by, row_number() over (partition by v.chain order by v.superseded_by is null desc, v.created_at desc, v.id desc) as age
            from memory.memories v
            where v.chain in (select n.chain from memory.memories n where n.superseded_by is not null group by n.chain having count(*) >= ${MOST_VERSIONS})
          ) aged where aged.age > ${MOST_VERSIONS} and aged.superseded_by is not null limit ${MOST_ROWS})`);
      return expired + old + tooMany + versions;
    },
  };
}
