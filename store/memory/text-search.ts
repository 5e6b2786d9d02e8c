import { z } from 'zod';

import { json } from '../json.ts';
import { sql } from '../pool.ts';
import type { ListOptions } from './vector-search.ts';
import type { Walled } from './walls.ts';

const Best = z.object({ id: z.string(), score: z.number() });

/** The best by the words of a question, best first; any of the words may be missing. At most `few` rows of each word are looked at. */
export function listBest(
  walled: Walled,
  words: string,
  { source, asked, depth }: ListOptions,
  few: number,
): Promise<readonly z.infer<typeof Best>[]> {
  return walled.any(sql.type(Best)`
    select b.id, b.score from memory.best_by_words(${source}, ${words}, ${json(asked)}, ${depth}, ${few}) b
    order by b.score desc, b.id desc`);
}
