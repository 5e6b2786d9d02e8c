import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { PostMessage, Turn } from '../contracts/conversation.ts';
import { Message } from '../contracts/conversation.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import { turnPairs, TurnRow } from './conversation-rows.ts';
import type { Person } from './conversations.ts';
import { conversationEnded } from './conversations.ts';
import { jsonb } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';
import { optional } from './stored.ts';

/** Where an ascending list goes on: after the thing with this number. */
export interface Position {
  after: number;
  limit: number;
}

export interface Named {
  id: Id;
  kind: 'agent' | 'user';
  name: string;
}

const MessageRow = Message.extend({
  error: optional(Message.shape.error.unwrap()),
  turnId: optional(z.string()),
  clientMessageId: optional(z.string()),
});

/** Of `conversation.messages m`. */
const columns = sql.fragment`
  m.id, m.conversation_id as "conversationId", m.branch, m.sequence,
  json_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name) as author, m.content, m.status, m.error,
  case when m.turn is not null then m.conversation_id || '/' || m.turn end as "turnId",
  m.client_message_id as "clientMessageId", m.mentions, coalesce(m.citations, '[]') as citations, m.created_at as "createdAt",
  case when exists (select from conversation.branches b where b.conversation_id = m.conversation_id and b.branch > 0)
    then conversation.alternatives_of(m) else '{}' end as alternatives`;

/** What was said, branch by branch, and the turns in which agents said it. Whether somebody may see it is for the caller to know. */
export function createConversationMessages(pool: Queryable) {
  return {
    /** What a branch shows after a sequence, oldest first; the active branch unless named. */
    async listMessages(
      id: Id,
      { after, limit, branch }: Position & { branch?: number | undefined },
    ): Promise<Page<Message>> {
      const rows = await pool.any(sql.type(MessageRow)`
        select ${columns}
        from conversation.branch_parts p
        join conversation.messages m on m.conversation_id = p.conversation_id and m.branch = p.part
          and (p.until is null or m.sequence <= p.until)
        where p.conversation_id = ${id}
          and p.branch = coalesce(${branch ?? null}, (select c.branch from conversation.conversations c where c.id = ${id}))
          and m.sequence > ${after}
        order by m.sequence limit ${limit + 1}`);
      return pageAfter(rows, limit, ({ sequence }) => sequence);
    },

    /**
     * A message that somebody posted: by its id, or else by that of theirs, which it was known by before.
     * @throws GatheringFailure NotFound
     */
    async getPosted(
      id: Id,
      {
        conversationId,
        clientMessageId,
        by,
      }: { conversationId: Id; clientMessageId?: string | undefined; by: Person },
    ): Promise<Message> {
      const found = await pool.maybeOne(sql.type(MessageRow)`
        select ${columns} from conversation.messages m
        where m.conversation_id = ${conversationId} and m.author_id = ${by.id} and (m.id = ${id} or m.client_message_id = ${clientMessageId ?? null})`);
      if (found === null) throw new GatheringFailure('NotFound', 'There is no such message.');
      return found;
    },

    /** Who can be mentioned: the members there are now. */
    listNamed(id: Id): Promise<readonly Named[]> {
      const Row = z.object({ id: Id, kind: z.enum(['agent', 'user']), name: z.string() });
      return pool.any(sql.type(Row)`
        select a.id, 'agent' as kind, a.name
        from conversation.conversations c
        join agent.agents a on a.id = c.agent_id or exists (
          select from circle.memberships m where m.circle_id = c.circle_id and m.agent_id = a.id)
        where c.id = ${id}
        union all
        select u.id, 'user', u.name
        from conversation.conversations c
        join circle.memberships m on m.circle_id = c.circle_id join auth.users u on u.id = m.user_id
        where c.id = ${id}`);
    },

    /**
     * Says something in the name of a person, with everything that follows from it. The same `clientMessageId` of the same person
     * is the same message.
     * @returns its id, and whether it had been said before
     * @throws GatheringFailure Conflict when the conversation has ended, or agents speak and it was to be said only if they do not
     */
    async postMessage(
      conversationId: Id,
      { content, clientMessageId, whenBusy, mentions }: PostMessage & { mentions: readonly Id[] },
      by: Person,
      id: Id = uuid(),
    ): Promise<{ id: Id; again: boolean }> {
      const Outcome = z.object({
        outcome: z.enum(['posted', 'again', 'ended', 'busy']),
        message: Id.nullable(),
      });
      const row = {
        ...{ id, conversation_id: conversationId, content, mentions, client_message_id: clientMessageId },
        ...{ author_id: by.id, author_name: by.name },
      };
      const { outcome, message } = await pool.one(sql.type(Outcome)`
        select * from conversation.post(jsonb_populate_record(null::conversation.messages, ${jsonb(row)}), ${whenBusy})`);
      if (outcome === 'ended') throw conversationEnded();
      if (outcome === 'busy' || message === null)
        throw new GatheringFailure(
          'Conflict',
          'Agents are speaking, and the message was not to wait for them.',
        );
      return { id: message, again: outcome === 'again' };
    },

    /** Turns of all branches after a number, oldest first. */
    async listTurns(id: Id, { after, limit }: Position): Promise<Page<Turn>> {
      const rows = await pool.anyFirst(sql.type(z.object({ turn: TurnRow }))`
        select json_build_object(${turnPairs}) as turn from conversation.turns t
        where t.conversation_id = ${id} and t.number > ${after} order by t.number limit ${limit + 1}`);
      return pageAfter(rows, limit, ({ number }) => number);
    },
  };
}

/** A page of an ascending list that was read with `limit + 1`; its cursor is the `after` of the next one. */
export function pageAfter<Row>(
  rows: readonly Row[],
  limit: number,
  numberOf: (row: Row) => number,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? String(numberOf(last)) : null };
}
