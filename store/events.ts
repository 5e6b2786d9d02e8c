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

/** A text that a model is writing at this moment. */
const OpenText = z.object({
  channel: z.string(),
  turnId: z.string(),
  nodeId: z.string(),
  path: z.string(),
  iteration: z.string(),
  attempt: z.number().int(),
  text: z.string(),
  closed: z.boolean(),
});
export type OpenText = z.infer<typeof OpenText>;

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

    /** The texts of the channels that are not finished, and those of `turnIds` whether finished or not. */
    async listTexts(channels: readonly string[], turnIds: readonly string[]): Promise<readonly OpenText[]> {
      return pool.any(sql.type(OpenText)`
        select channel, turn_id as "turnId", node_id as "nodeId", path, iteration, attempt, text, closed
        from pipeline.turn_texts
        where (channel = any(${sql.array([...channels], 'text')}) and not closed) or turn_id = any(${sql.array([...turnIds], 'text')})`);
    },
  };
}
