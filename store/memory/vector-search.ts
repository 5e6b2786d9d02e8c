import { z } from 'zod';

import { json } from '../json.ts';
import { sql } from '../pool.ts';
import { halfvecOf } from './halfvec.ts';
import type { Walled } from './walls.ts';

/** What narrows a search beside the walls, as the functions of migrations/0020 take it. */
export interface Asked {
  scopeId?: string;
  kinds?: readonly string[];
  tags?: readonly string[];
  documentId?: string;
  /** Only the text list asks for them. */
  phrases: readonly string[];
  excluded: readonly string[];
}

/** Where a list comes from, and how long it gets. */
export interface ListOptions {
  source: 'memory' | 'knowledge';
  asked: Asked;
  depth: number;
}

const Near = z.object({ id: z.string(), similarity: z.number() });

/** The nearest to a vector of a space by cosine, nearest first. Where at most `few` fit, all of them are compared. */
export function listNearest(
  walled: Walled,
  { space, embedding }: { space: { id: number }; embedding: readonly number[] },
  { source, asked, depth }: ListOptions,
  few: number,
): Promise<readonly z.infer<typeof Near>[]> {
  return walled.any(sql.type(Near)`
    select n.id, n.similarity
    from memory.nearest(${space.id}::smallint, ${source}, ${halfvecOf(embedding)}, ${json(asked)}, ${depth}, ${few}) n
    order by n.similarity desc, n.id`);
}
