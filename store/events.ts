import { z } from 'zod';

import { StoredEvent } from '../contracts/event.ts';
import { Id } from '../contracts/ids.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

export type Events = ReturnType<typeof createEvents>;

/** What Postgres notifies, with the name of the event channel that has something new. */
export const NOTIFICATIONS = {
  events: 'gathering',
  texts: 'gathering_text',
  typing: 'gathering_typing',
} as const;

const EventRow = StoredEvent.extend({
  data: z.custom<JsonObject>(), // Written by our own SQL.
  timestamp: z.string(),
}).transform(({ data, timestamp, ...event }): StoredEvent => ({ ...event, data: { ...data, timestamp } }));

const Nothing = z.object({});

const ChannelEnd = z.object({ channel: z.string(), sequence: z.number().int() });

/** How far somebody has read a text, in characters as Postgres counts them: code points. */
export interface KnownText {
  key: string;
  attempt: number;
  characters: number;
}

/** Whose text it is, as its messages say. */
export type TextOwner =
  | { turnId: string; nodeId: string; path: string; iteration: string }
  | { turnId: string; step: number; agentId: Id };

export interface TextAddition {
  channel: string;
  /** Of the model call that writes it. */
  key: string;
  owner: TextOwner;
  attempt: number;
  /** What the caller does not have of it. */
  text: string;
  closed: boolean;
}

const TextRow = z
  .object({
    channel: z.string(),
    key: z.string(),
    agentId: z.string().nullable(),
    nodeId: z.string().nullable(),
    path: z.string().nullable(),
    iteration: z.string().nullable(),
    attempt: z.number().int(),
    text: z.string(),
    closed: z.boolean(),
  })
  .transform(({ agentId, nodeId, path, iteration, ...addition }): TextAddition => ({
    ...addition,
    owner:
      agentId === null
        ? { turnId: addition.key, nodeId: nodeId ?? '', path: path ?? '', iteration: iteration ?? '' }
        : { ...turnOf(addition.key), agentId },
  }));

/** `<conversation>/<number>/model.<step>`, see `turnEffectKeyOf`. */
const TURN_KEY = /^(.+)\/model\.(\d+)$/;

function turnOf(key: string): { turnId: string; step: number } {
  const [, turnId, step] = TURN_KEY.exec(key) ?? [];
  if (turnId === undefined) throw new TypeError(`no model call of a turn: ${key}`);
  return { turnId, step: Number(step) };
}

/** Somebody who writes, on a channel. */
export const Typing = z.object({ channel: z.string(), userId: Id, name: z.string() });
export type Typing = z.infer<typeof Typing>;

/** What happened, by channel: numbered from 1 without gaps; and the unnumbered texts that are still growing. */
export function createEvents(pool: Queryable) {
  return {
    /** The events of a channel after a sequence, oldest first. */
    listEvents(
      channel: string,
      { after, limit }: { after: number; limit: number },
    ): Promise<readonly StoredEvent[]> {
      return pool.any(sql.type(EventRow)`
        select type, channel, sequence, data, created_at as timestamp from event.events
        where channel = ${channel} and sequence > ${after} order by sequence limit ${limit}`);
    },

    /** The last sequence of each of the channels that exist. */
    async findLastSequences(channels: readonly string[]): Promise<Map<string, number>> {
      const ends = await pool.any(sql.type(ChannelEnd)`
        select name as channel, last_sequence as sequence from event.channels where name = any(${sql.array([...channels], 'text')})`);
      return new Map(ends.map(({ channel, sequence }) => [channel, sequence]));
    },

    /**
     * What has been added to the texts that models write on these channels, beyond what the caller has of them: all of a text that
     * is new to it or was begun again by a later attempt. One that is closed comes only to those who had begun to read it.
     */
    listTexts(channels: readonly string[], known: readonly KnownText[]): Promise<readonly TextAddition[]> {
      return pool.any(sql.type(TextRow)`
        with known as (
          select * from ${sql.unnest(
            known.map(({ key, attempt, characters }) => [key, attempt, characters]),
            ['text', 'int4', 'int4'],
          )} as known (turn_id, attempt, characters)
        )
        select
          t.channel, t.turn_id as key, t.agent_id as "agentId", t.node_id as "nodeId", t.path, t.iteration, t.attempt, t.closed,
          case when k.attempt = t.attempt then substr(t.text, k.characters + 1) else t.text end as text
        from (
          select turn_id from pipeline.turn_texts where channel = any(${sql.array([...channels], 'text')}) and not closed
          union select turn_id from known
        ) read
        join pipeline.turn_texts t using (turn_id) left join known k using (turn_id)
        where k.turn_id is null or k.attempt <> t.attempt or t.closed or char_length(t.text) > k.characters`);
    },

    /** Tells every process that listens; on the embedded database nobody hears it. */
    async notifyTyping(typing: Typing): Promise<void> {
      await pool.query(
        sql.type(Nothing)`select pg_notify(${NOTIFICATIONS.typing}, ${JSON.stringify(typing)})`,
      );
    },
  };
}
