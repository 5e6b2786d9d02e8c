import { z } from 'zod';

import type { Id } from '../../contracts/ids.ts';
import { sql } from '../pool.ts';
import { halfvecOf } from './halfvec.ts';
import type { Space } from './spaces.ts';
import type { Walled } from './walls.ts';

export interface VectorRow {
  /** Of a memory, or of a chunk of a document. */
  unitId: Id;
  source: 'memory' | 'knowledge';
  embedding: readonly number[];
}

/**
 * Stores vectors of units that there are, in the place of what a space had of them. Scope and audience are those of the unit, so the two cannot
 * disagree; a unit that is gone, or that the viewer does not see, is left out. Another space that is searched by or filled is told, as it lacks them.
 */
export async function putVectors(walled: Walled, space: Space, rows: readonly VectorRow[]): Promise<void> {
  await fillVectors(walled, space, rows);
  await wakeSpaces(walled, { but: space });
}

/** The same for units that were there before, of which every space has been told. */
export async function fillVectors(walled: Walled, space: Space, rows: readonly VectorRow[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = sql.array(
    rows.map(({ unitId }) => unitId),
    'uuid',
  );
  const sources = sql.array(
    rows.map(({ source }) => source),
    'text',
  );
  const embeddings = sql.array(
    rows.map(({ embedding }) => halfvecOf(embedding)),
    'text',
  );
  await walled.query(sql.type(z.object({}))`
    insert into memory.vectors (space, dimensions, source, unit_id, scope_id, audience, embedding)
    select ${space.id}, ${space.dimensions}, u.source, u.id, u.scope_id, u.audience, g.embedding::halfvec
    from unnest(${ids}, ${sources}, ${embeddings}) as g (unit_id, source, embedding)
    join (
      select m.id, 'memory' as source, m.scope_id, m.audience from memory.memories m where m.id = any(${ids})
      union all select c.id, 'knowledge', c.scope_id, c.audience from memory.chunks c where c.id = any(${ids})
    ) u on u.id = g.unit_id and u.source = g.source
    on conflict (unit_id, space) do update
      set embedding = excluded.embedding, scope_id = excluded.scope_id, audience = excluded.audience`);
}

/** Tells the spaces that are searched by or filled, in this transaction, that there may be something that they have no vector of. */
export async function wakeSpaces(walled: Walled, { but }: { but?: Space } = {}): Promise<void> {
  await walled.query(sql.type(z.object({}))`select memory.wake_spaces(${but?.id ?? null}::smallint)`);
}
