import { z } from 'zod';

import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** A shipped agent or pipeline, or the first run, that this database has been given. */
export type SeedKind = 'agent' | 'pipeline' | 'run';

/** Which shipped definitions were stored, at which version; one that has moved on since was edited by a person. */
export function createSeeds(pool: Queryable) {
  return {
    /** The version at which it was stored last; null when it never was. */
    findSeededVersion(kind: SeedKind, name: string): Promise<number | null> {
      return pool.maybeOneFirst(sql.type(z.object({ version: z.number() }))`
        select version from public.seeds where kind = ${kind} and name = ${name}`);
    },

    async recordSeed(kind: SeedKind, name: string, version: number): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        insert into public.seeds (kind, name, version) values (${kind}, ${name}, ${version})
        on conflict (kind, name) do update set version = excluded.version`);
    },
  };
}
