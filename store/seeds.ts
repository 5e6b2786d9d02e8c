import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** What this database has been given: shipped agents, circles and pipelines, a circle's first conversation, the first run. */
export type SeedKind = 'agent' | 'circle' | 'conversation' | 'pipeline' | 'run';

/** What was stored for a shipped definition: which row, at which version. */
const Seed = z.object({ target: Id.nullable(), version: z.number() });
export type Seed = z.infer<typeof Seed>;

/** Which shipped definitions were stored; a row that has moved on since was edited by a person, another row was made by one. */
export function createSeeds(pool: Queryable) {
  return {
    /** What was stored last; null when it never was. */
    findSeed(kind: SeedKind, name: string): Promise<Seed | null> {
      return pool.maybeOne(sql.type(Seed)`
        select target, version from public.seeds where kind = ${kind} and name = ${name}`);
    },

    async recordSeed(kind: SeedKind, name: string, { target, version }: Seed): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        insert into public.seeds (kind, name, target, version) values (${kind}, ${name}, ${target}, ${version})
        on conflict (kind, name) do update set target = excluded.target, version = excluded.version`);
    },
  };
}
