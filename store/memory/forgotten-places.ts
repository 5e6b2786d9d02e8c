import { z } from 'zod';

import { Id } from '../../contracts/ids.ts';
import type { ForgetMemories } from '../../contracts/memory.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';

const Place = z.object({ id: Id });
const idsOf = (places: readonly { id: Id }[]): Id[] => places.map(({ id }) => id);

/** The conversations in which a person has said something, or that are theirs alone. */
export async function findSpokenIn(pool: Queryable, personId: Id): Promise<readonly Id[]> {
  return idsOf(
    await pool.any(sql.type(Place)`
      select c.id from conversation.conversations c
      where (c.circle_id is null and c.run_id is null and c.started_by = ${personId})
        or exists (
          select from conversation.messages m
          where m.conversation_id = c.id and m.author_kind = 'user' and m.author_id = ${personId})`),
  );
}

/** The conversations from which something might still be taken for a scope. */
export async function findTouched(pool: Queryable, of: ForgetMemories['of'], id: Id): Promise<readonly Id[]> {
  const places = {
    conversation: sql.fragment`c.id = ${id}`,
    circle: sql.fragment`c.circle_id = ${id}`,
    agent: sql.fragment`c.circle_id is null and exists (
      select from conversation.turns t where t.conversation_id = c.id and t.agent_id = ${id})`,
    person: sql.fragment`false`,
  };
  return idsOf(
    await pool.any(sql.type(Place)`select c.id from conversation.conversations c where ${places[of]}`),
  );
}
