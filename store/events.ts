import { z } from 'zod';

import { StoredEvent } from '../contracts/event.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

export type Events = ReturnType<typeof createEvents>;

/** What Postgres notifies, with the name of the event channel that has something new. */
export const NOTIFICATIONS = { events: 'gathering', texts: 'gathering_text' } as const;

const EventRow = StoredEvent.extend({
  data: z.custom<JsonObject>(), // Written by our own SQL.
  timestamp: z.string(),
}).transform(({ data, timestamp, ...event }): StoredEvent => ({ ...event, data: { ...data, timestamp } }));

const ChannelEnd = z.object({ channel: z.string(), sequence: z.number().int() });

/** How far somebody has read a text, in characters as Postgres counts them: code points. */
export interface KnownText {
  turnId: string;
  attempt: number;
  characters: number;
}

const TextAddition = z.object({
  channel: z.string(),
  turnId: z.string(),
  nodeId: z.string(),
  path: z.string(),
  iteration: z.string(),
  attempt: z.number().int(),
  /** What the caller does not have of it. */
  text: z.string(),
  closed: z.boolean(),
});
export type TextAddition = z.infer<typeof TextAddition>;

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
      return pool.any(sql.type(TextAddition)`
        with known as (
          select * from ${sql.unnest(
            known.map(({ turnId, attempt, characters }) => [turnId, attempt, characters]),
            ['text', 'int4', 'int4'],
          )} as known (turn_id, attempt, characters)
        )
        select
          t.channel, t.turn_id as "turnId", t.node_id as "nodeId", t.path, t.iteration, t.attempt, t.closed,
          case when k.attempt = t.attempt then substr(t.text, k.characters + 1) else t.text end as text
        from pipeline.turn_texts t left join known k on k.turn_id = t.turn_id
        where t.channel = any(${sql.array([...channels], 'text')}) and (k.turn_id is not null or not t.closed)
          and (k.turn_id is null or k.attempt <> t.attempt or t.closed or char_length(t.text) > k.characters)`);
    },
  };
}
