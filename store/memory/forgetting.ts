import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { Id } from '../../contracts/ids.ts';
import type { ForgetMemories, Forgotten } from '../../contracts/memory.ts';
import { isId } from '../cursor.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { findSpokenIn, findTouched } from './forgotten-places.ts';
import { noMemory } from './memory-reads.ts';
import { type MemoryViewer, type Walled, withinWalls } from './walls.ts';

const Gone = z.object({ chain: Id });
const GoneDocument = z.object({ id: Id });
/** So many chains, or documents, at once: nobody waits long for the locks. */
const MOST_AT_ONCE = 500;
const Nothing = z.object({});
const Place = z.object({ id: Id });

/** Deletes what is remembered, for good; a memory always with everything that it has taken the place of. */
export function createForgetting(pool: Queryable) {
  const inPieces = async (
    viewer: MemoryViewer,
    work: (walled: Walled) => Promise<{ count: number; more: boolean }>,
  ): Promise<number> => {
    for (let total = 0; ;) {
      const { count, more } = await withinWalls(pool, viewer, work);
      total += count;
      if (!more) return total;
    }
  };

  /** What was said in conversations until now is not remembered later, nor what is just being taken from them. */
  const passOver = (walled: Walled, conversationIds: readonly Id[]) =>
    walled.query(sql.type(Nothing)`
      select memory.pass_over(c.id) from unnest(${sql.array([...conversationIds], 'uuid')}) c (id) order by c.id`);

  return {
    /** With its whole chain; what was said until now where it was taken from is not remembered again. @throws GatheringFailure NotFound; Forbidden where it may only be read */
    async forgetMemory(viewer: MemoryViewer, id: Id): Promise<void> {
      if (!isId(id)) throw noMemory();
      await withinWalls(pool, viewer, async (walled) => {
        const from = await walled.any(sql.type(Place)`
          select distinct m.conversation_id as id from memory.memories m
          where m.conversation_id is not null
            and m.chain = (select one.chain from memory.memories one where one.id = ${id})`);
        await passOver(
          walled,
          from.map((one) => one.id),
        );
        const gone = await walled.any(sql.type(Gone)`
          delete from memory.memories m where m.chain = (select one.chain from memory.memories one where one.id = ${id})
          returning m.chain`);
        if (gone.length > 0) return;
        const seen = await walled.exists(
          sql.type(z.object({}))`select from memory.memories m where m.id = ${id}`,
        );
        throw seen
          ? new GatheringFailure('Forbidden', 'Who only observes may read it, but not forget it.')
          : noMemory();
      });
    },

    /**
     * Everything of a scope, or of a person, that the viewer may change; of a conversation also what was taken from it into other scopes, of a
     * person also the conversations told short in which they spoke. What was said until now in the conversations concerned is not remembered
     * later either.
     * @returns how many there were, each with its history
     * @throws GatheringFailure NotFound where there is no such person
     */
    async forgetAll(viewer: MemoryViewer, { of, id }: ForgetMemories): Promise<Forgotten> {
      if (of === 'person') await requirePerson(pool, id);
      const place = sql.fragment`(x.scope_id = ${id} or x.audience = ${id})`;
      const spokenIn = of === 'person' ? await findSpokenIn(pool, id) : [];
      const chosen = {
        ...{ agent: place, circle: place },
        conversation: sql.fragment`(${place} or x.conversation_id = ${id})`,
        person: sql.fragment`(x.audience = ${id} or x.person_id = ${id}
          or (x.kind = 'episode' and x.conversation_id = any(${sql.array([...spokenIn], 'uuid')})))`,
      }[of];
      const taken = await withinWalls(pool, viewer, (walled) =>
        walled.any(sql.type(Place)`
          select distinct x.conversation_id as id from memory.memories x where ${chosen} and x.conversation_id is not null`),
      );
      const concerned = [
        ...new Set([...spokenIn, ...(await findTouched(pool, of, id)), ...taken.map((one) => one.id)]),
      ].toSorted();
      for (let at = 0; at < concerned.length; at += MOST_AT_ONCE)
        await withinWalls(pool, viewer, (walled) => passOver(walled, concerned.slice(at, at + MOST_AT_ONCE)));
      const documents = await inPieces(viewer, async (walled) => {
        const gone = await walled.any(sql.type(GoneDocument)`
          delete from memory.knowledge_base k where k.id in (
            select x.id from memory.knowledge_base x
            where ${of === 'person' ? sql.fragment`x.audience = ${id}` : place} and memory.may_write(x.audience)
            order by x.id limit ${MOST_AT_ONCE})
          returning k.id`);
        return { count: gone.length, more: gone.length === MOST_AT_ONCE };
      });
      const memories = await inPieces(viewer, async (walled) => {
        const gone = await walled.any(sql.type(Gone)`
          delete from memory.memories m where m.chain in (
            select distinct x.chain from memory.memories x where ${chosen} and memory.may_write(x.audience) limit ${MOST_AT_ONCE})
          returning m.chain`);
        const chains = new Set(gone.map(({ chain }) => chain)).size;
        return { count: chains, more: chains === MOST_AT_ONCE };
      });
      return { memories, documents };
    },
  };
}

async function requirePerson(pool: Queryable, id: Id): Promise<void> {
  const isThere =
    isId(id) && (await pool.exists(sql.type(Nothing)`select from auth.users u where u.id = ${id}`));
  if (!isThere) throw new GatheringFailure('NotFound', 'There is no such person.');
}
