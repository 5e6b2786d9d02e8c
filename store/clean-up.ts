import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import { isId } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

export type CleanUp = ReturnType<typeof createCleanUp>;

const Nothing = z.object({});
/** So many rows of one kind at once: nobody waits long for the locks. */
const MOST_ROWS = 5_000;
const TABLES = [
  ...['runs', 'run_nodes', 'run_items', 'effects', 'segments', 'turn_texts', 'signals'].map(
    (name) => ['pipeline', name] as const,
  ),
  ...['conversations', 'turns', 'messages', 'effects', 'tool_calls'].map(
    (name) => ['conversation', name] as const,
  ),
  ...[
    'memories',
    'knowledge_base',
    'document_pieces',
    'chunks',
    'vectors',
    'embeddings_cache',
    'wake_ups',
  ].map((name) => ['memory', name] as const),
  ...['ledger', 'totals', 'budgets'].map((name) => ['accounting', name] as const),
  ['agent', 'sessions'],
  ['event', 'events'],
  ['public', 'idempotency_keys'],
] as const;

/** Deletes what nobody needs any more. Every function may be called by several processes at once, and again. */
export function createCleanUp(pool: Queryable) {
  const deleteSome = async (deletion: FragmentSqlToken): Promise<number> =>
    (await pool.query(sql.type(Nothing)`${deletion}`)).rowCount;

  return {
    /** Runs that ended more than so many days ago, with everything but their files. @returns their ids */
    deleteOldRuns: (days: number, most: number): Promise<readonly Id[]> =>
      pool.anyFirst(sql.type(z.object({ id: Id }))`
        select pipeline.delete_old_runs(now() - make_interval(days => ${days}), ${most}) as id`),

    /** Keys of requests: seven days old at least, and of no run that there is. */
    deleteOldKeys: (): Promise<number> =>
      deleteSome(sql.fragment`
        delete from public.idempotency_keys where ctid = any(array(
          select k.ctid from public.idempotency_keys k
          where k.created_at < now() - interval '7 days' and not exists (select from pipeline.runs r where r.id = k.resource_id)
          limit ${MOST_ROWS}
        ))`),

    /** What happened to runs more than so many days ago, on the channel that tells of all of them. */
    deleteOldActivity: (days: number): Promise<number> =>
      deleteSome(sql.fragment`
        delete from event.events where channel = 'activity' and sequence in (
          select sequence from (
            select sequence, created_at from event.events where channel = 'activity' order by sequence limit ${MOST_ROWS}
          ) oldest where created_at < now() - make_interval(days => ${days})
        )`),

    /** What was told of memories more than so many days ago. */
    deleteOldMemoryEvents: (days: number): Promise<number> =>
      deleteSome(sql.fragment`
        delete from event.events where (channel, sequence) in (
          select oldest.channel, oldest.sequence
          from event.channels c
          cross join lateral (
            select e.channel, e.sequence, e.created_at from event.events e where e.channel = c.name order by e.sequence limit ${MOST_ROWS}
          ) oldest
          where starts_with(c.name, 'memories/') and oldest.created_at < now() - make_interval(days => ${days})
          limit ${MOST_ROWS}
        )`),

    /** Sessions and sign-in links that have been good for nothing for a day. */
    async deleteOldSignIns(): Promise<number> {
      const sessions = await deleteSome(sql.fragment`
        delete from auth.sessions where least(expires_at, coalesce(revoked_at, expires_at)) < now() - interval '1 day'`);
      const links = await deleteSome(sql.fragment`
        delete from auth.sign_in_links where expires_at < now() - interval '1 day'`);
      return sessions + links;
    },

    /** Those of the names that are no run's id. */
    async namesOfNoRun(names: readonly string[]): Promise<string[]> {
      const ids = names.filter(isId);
      const known = await pool.anyFirst(sql.type(z.object({ id: Id }))`
        select id from pipeline.runs where id = any(${sql.array(ids, 'uuid')})`);
      const runs = new Set(known);
      return ids.filter((id) => !runs.has(id));
    },

    /** What a Postgres of its own does by itself and the embedded one does not: it makes room and learns what its tables hold, one after the other. */
    async tidyTables(goesOn: () => boolean): Promise<void> {
      for (const table of TABLES)
        if (goesOn()) await pool.query(sql.type(Nothing)`vacuum (analyze) ${sql.identifier([...table])}`);
    },
  };
}
