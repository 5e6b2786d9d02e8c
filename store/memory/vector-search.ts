import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';

import { sql } from '../pool.ts';
import type { Walled } from './walls.ts';

/** What a list is made of, and how long it gets. */
export interface Narrowed {
  source: 'memory' | 'knowledge';
  /** Of `memory.memories u` or `memory.chunks u`: what makes one fit. */
  fitting: readonly FragmentSqlToken[];
  limit: number;
}

const Near = z.object({ id: z.string(), similarity: z.number() });

/** The nearest to a vector of a space, by cosine. */
export function listNearest(
  walled: Walled,
  space: { id: number; dimensions: number },
  vector: readonly number[],
  { source, fitting, limit }: Narrowed,
): Promise<readonly z.infer<typeof Near>[]> {
  const units = sql.identifier(['memory', source === 'memory' ? 'memories' : 'chunks']);
  return walled.any(sql.type(Near)`
    select u.id, 1 - (v.embedding <=> ${`[${vector.join(',')}]`}::halfvec) as similarity
    from memory.vectors v join ${units} u on u.id = v.unit_id
    where v.space = ${space.id} and v.source = ${source} and ${sql.join([sql.fragment`true`, ...fitting], sql.fragment` and `)}
    order by v.embedding <=> ${`[${vector.join(',')}]`}::halfvec, u.id
    limit ${limit}`);
}
