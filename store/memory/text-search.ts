import { z } from 'zod';

import { sql } from '../pool.ts';
import type { Narrowed } from './vector-search.ts';
import type { Walled } from './walls.ts';

const Best = z.object({ id: z.string() });

/** The best by the words of a question, any of which may be missing. */
export function listBest(
  walled: Walled,
  question: string,
  { source, fitting, limit }: Narrowed,
): Promise<readonly z.infer<typeof Best>[]> {
  const units = sql.identifier(['memory', source === 'memory' ? 'memories' : 'chunks']);
  return walled.any(sql.type(Best)`
    with asked as materialized (
      select string_agg(quote_literal(lexeme), ' | ')::tsquery as words from unnest(to_tsvector('english', ${question}))
    )
    select u.id from ${units} u, asked
    where u.words @@ asked.words and ${sql.join([sql.fragment`true`, ...fitting], sql.fragment` and `)}
    order by ts_rank(u.words, asked.words, 1) desc, u.id desc
    limit ${limit}`);
}
