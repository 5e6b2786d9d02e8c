import { z } from 'zod';

import { EmbeddingProvider, EmbeddingSpace } from '../../contracts/embedding.ts';
import { LOCAL_DIMENSIONS, LOCAL_MODEL } from '../../platform/embeddings/index.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { withinWalls } from './walls.ts';

/** Vectors of one model, comparable with one another and with no others. */
export const Space = z.object({
  id: z.number().int(),
  provider: EmbeddingProvider,
  model: z.string(),
  dimensions: z.number().int(),
});
export type Space = z.infer<typeof Space>;

const spaceColumns = sql.fragment`s.id, s.provider, s.model, s.dimensions`;

const CountedSpace = EmbeddingSpace.omit({ progress: true }).extend({
  embedded: z.number(),
  total: z.number(),
});

export type Spaces = ReturnType<typeof createSpaces>;

export const createSpaces = (pool: Pool) => ({
  /**
   * The space that is searched by. Makes that of the local model, which needs no network and no key, with its indexes, where there is none
   * yet.
   */
  getActiveSpace: async (): Promise<Space> => {
    const found = await pool.maybeOne(
      sql.type(Space)`select ${spaceColumns} from memory.spaces s where s.status = 'active'`,
    );
    if (found !== null) return found;
    const { provider, model } = LOCAL_MODEL;
    return pool.one(sql.type(Space)`
      select ${spaceColumns} from memory.active_space(${provider}, ${model}, ${LOCAL_DIMENSIONS}) s`);
  },

  /** All that there ever were, with how far they have come: the active one, the one that is filled, and the others by age. */
  listSpaces: async (): Promise<EmbeddingSpace[]> => {
    const counted = await withinWalls(pool, { kind: 'house' }, (walled) =>
      walled.any(sql.type(CountedSpace)`
        select ${spaceColumns}, s.status, s.error, s.created_at as "createdAt", s.activated_at as "activatedAt",
          n.embedded, n.total
        from memory.spaces s cross join lateral (
          select count(e.id) as total, count(e.id) filter (where v.unit_id is not null) as embedded
          from memory.embeddable e left join memory.vectors v on v.unit_id = e.id and v.space = s.id) n
        order by s.status <> 'active', s.status = 'retired', s.id desc`),
    );
    return counted.map(({ embedded, total, ...space }) => ({ ...space, progress: { embedded, total } }));
  },
});
