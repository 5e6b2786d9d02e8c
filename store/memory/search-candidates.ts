import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';

import type { MemoryScope, SearchMode } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';
import type { Candidate } from './fuse.ts';
import { idOfScope } from './memory-writes.ts';
import type { Space } from './spaces.ts';
import { listBest } from './text-search.ts';
import { listNearest } from './vector-search.ts';
import type { Walled } from './walls.ts';

/** What is looked for. Without a vector it is looked for by words. */
export interface Question {
  text: string;
  mode: SearchMode;
  space?: Space;
  vector?: readonly number[];
  /** Why there is no vector where one was asked for. */
  degraded: string | null;
}

/** What is searched, and what narrows it beside the walls. */
export interface Selection {
  source: 'memory' | 'knowledge';
  scope: MemoryScope | undefined;
  /** Of `memory.memories u` or `memory.chunks u`. */
  fitting: readonly FragmentSqlToken[];
  /** Of results. */
  limit: number;
}

const Known = z.object({ id: z.string(), ageDays: z.number(), importance: z.number().nullable() });

/** So many of each list are fused: deep enough for recency and importance to change the order of what is asked for. */
const depthOf = (limit: number): number => Math.max(50, 2 * limit);

/** Everything that is near or holds the words, the best of each list. */
export async function candidatesOf(
  walled: Walled,
  { text, mode, space, vector }: Question,
  { source, scope, fitting, limit }: Selection,
): Promise<Candidate[]> {
  const narrowed = {
    source,
    fitting: [...fitting, ...(scope === undefined ? [] : [sql.fragment`u.scope_id = ${idOfScope(scope)}`])],
    limit: depthOf(limit),
  };
  const near =
    space === undefined || vector === undefined ? [] : await listNearest(walled, space, vector, narrowed);
  const best = vector !== undefined && mode === 'vector' ? [] : await listBest(walled, text, narrowed);
  const nearest = new Map(
    near.map(({ id, similarity }, index) => [id, { similarity, vectorRank: index + 1 }]),
  );
  const ranks = new Map(best.map(({ id }, index) => [id, index + 1]));
  const known = await readKnown(walled, source, [...new Set([...nearest.keys(), ...ranks.keys()])]);
  return known.map((one) => ({
    ...one,
    similarity: nearest.get(one.id)?.similarity ?? null,
    vectorRank: nearest.get(one.id)?.vectorRank ?? null,
    textRank: ranks.get(one.id) ?? null,
  }));
}

function readKnown(walled: Walled, source: Selection['source'], ids: readonly string[]) {
  const age = sql.fragment`(extract(epoch from now() - u.created_at) / 86400)::double precision as "ageDays"`;
  const chosen = sql.array([...ids], 'uuid');
  return source === 'memory'
    ? walled.any(sql.type(Known)`
        select u.id, ${age}, u.importance::double precision as importance from memory.memories u where u.id = any(${chosen})`)
    : walled.any(sql.type(Known)`
        select u.id, ${age}, null::double precision as importance from memory.chunks u where u.id = any(${chosen})`);
}
