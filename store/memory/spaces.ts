import { z } from 'zod';

import { EmbeddingProvider } from '../../contracts/embedding.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';

/** Vectors of one model, comparable with one another and with no others. */
export const Space = z.object({
  id: z.number().int(),
  provider: EmbeddingProvider,
  model: z.string(),
  dimensions: z.number().int(),
});
export type Space = z.infer<typeof Space>;

/** What a house begins with: it needs no network and no key. */
const DEFAULT_SPACE = { provider: 'local', model: 'universal-sentence-encoder-lite', dimensions: 512 };

const spaceColumns = sql.fragment`s.id, s.provider, s.model, s.dimensions`;

export type Spaces = ReturnType<typeof createSpaces>;

export const createSpaces = (pool: Pool) => ({
  /** The space that is searched by. Makes that of the local model, with its indexes, where there is none yet. */
  getActiveSpace: async (): Promise<Space> => {
    const found = await pool.maybeOne(
      sql.type(Space)`select ${spaceColumns} from memory.spaces s where s.status = 'active'`,
    );
    if (found !== null) return found;
    const { provider, model, dimensions } = DEFAULT_SPACE;
    return pool.one(sql.type(Space)`
      select ${spaceColumns} from memory.active_space(${provider}, ${model}, ${dimensions}) s`);
  },
});
