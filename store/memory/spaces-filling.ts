import { z } from 'zod';

import { SpaceStatus } from '../../contracts/embedding.ts';
import { Failure } from '../../contracts/failure.ts';
import { Id } from '../../contracts/ids.ts';
import { json } from '../json.ts';
import type { Pool } from '../pool.ts';
import { plannedEachTime, sql } from '../pool.ts';
import { Space } from './spaces.ts';
import type { VectorRow } from './vectors.ts';
import { fillVectors } from './vectors.ts';
import { withinWalls } from './walls.ts';

/** A memory, or a chunk of a document, that a space has no vector of. */
const LackingUnit = z.object({ id: Id, headings: z.array(z.string()), content: z.string() });
export type LackingUnit = z.infer<typeof LackingUnit>;

const TendedSpace = Space.extend({
  status: SpaceStatus,
  revision: z.number().int(),
  error: Failure.nullable(),
});
export type TendedSpace = z.infer<typeof TendedSpace>;

/** Vectors of a retired space that are deleted at once. */
const PIECE = 2_000;

const Done = z.object({ done: z.boolean() });
const Nothing = z.object({});

export type SpacesFilling = ReturnType<typeof createSpacesFilling>;

/** What the workflow of a space does with it, each step in a transaction of its own and safe to repeat. It sees all memories. */
export const createSpacesFilling = (pool: Pool) => ({
  findSpace: (id: number): Promise<TendedSpace | null> =>
    pool.maybeOne(sql.type(TendedSpace)`
      select id, provider, model, dimensions, status, revision, error from memory.spaces where id = ${id}`),

  /** Of one source, by id, those behind `after`. */
  listLacking: (
    { id }: Pick<Space, 'id'>,
    { source, after, limit }: { source: VectorRow['source']; after: Id; limit: number },
  ): Promise<readonly LackingUnit[]> =>
    withinWalls(pool, { kind: 'house' }, (walled) =>
      walled.any(sql.type(LackingUnit)`
        ${plannedEachTime} select e.id, e.headings, e.content from memory.embeddable e
        where e.source = ${source} and e.id > ${after}
          and not exists (select from memory.vectors v where v.unit_id = e.id and v.space = ${id})
        order by e.id limit ${limit}`),
    ),

  putLacking: (space: Space, rows: readonly VectorRow[]): Promise<void> =>
    withinWalls(pool, { kind: 'house' }, (walled) => fillVectors(walled, space, rows)),

  /** Searches by the space from here on. @returns false while it lacks something, or is not being filled any more */
  switchTo: async (id: number): Promise<boolean> =>
    (await pool.one(sql.type(Done)`select memory.switch_space(${id}::smallint) as done`)).done,

  /** Deletes vectors of a retired space. @returns whether there may be more */
  emptySome: async (id: number): Promise<boolean> =>
    (await pool.one(sql.type(Done)`select memory.empty_space(${id}::smallint, ${PIECE}) as done`)).done,

  /** Says why the filling does not go on; null: it does. */
  noteError: async (id: number, error: Failure | null): Promise<void> => {
    await pool.query(sql.type(Nothing)`update memory.spaces set error = ${json(error)} where id = ${id}`);
  },

  /** Gives up the filling for good, until somebody resumes it. The active space goes on serving, with the reason noted. */
  fail: async (id: number, error: Failure): Promise<void> => {
    await pool.query(sql.type(Nothing)`
      update memory.spaces set error = ${json(error)},
        status = case status when 'building' then 'failed' else status end where id = ${id}`);
  },
});
