import { z } from 'zod';

import { ConversationMode } from '../contracts/conversation-settings.ts';
import { Id } from '../contracts/ids.ts';
import { Json } from '../contracts/json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** A signal to the workflow of a run that a transaction has made necessary and that the engine has not taken yet. */
const PendingSignal = z.object({
  id: z.string(),
  runId: Id,
  workflowId: z.string(),
  name: z.string(),
  argument: Json,
  /** Its run has ended. */
  ended: z.boolean(),
});
export type PendingSignal = z.infer<typeof PendingSignal>;

/** A conversation whose workflow has to hear of what has changed up to a revision, with what it is started by if there is none. */
const PendingWake = z.object({
  /** All that this one wake-up stands for. */
  ids: z.array(z.string()),
  revision: z.number().int(),
  conversation: z.object({
    id: Id,
    runId: Id.nullable(),
    circle: z.string().nullable(),
    agent: z.string().nullable(),
    topic: z.string(),
    mode: ConversationMode,
    startedBy: z.string(),
    requestId: z.string().nullable(),
  }),
});
export type PendingWake = z.infer<typeof PendingWake>;

interface Due {
  olderThanSeconds?: number;
}

/**
 * Signals to workflows that wait to be delivered. SQL functions write them into `pipeline.signals` together with what they are
 * about, so that none is lost when the process dies right after; a receiver must take one twice as once.
 */
export function createSignals(pool: Queryable) {
  return {
    /** Oldest first; of one run, or of all that have begun: others may have no workflow yet. */
    listSignals(
      { runId, olderThanSeconds = 0 }: Due & { runId?: Id },
      limit: number,
    ): Promise<readonly PendingSignal[]> {
      return pool.any(sql.type(PendingSignal)`
        select s.id::text, s.run_id as "runId", s.workflow_id as "workflowId", s.name, s.argument, pipeline.is_ended(r.status) as ended
        from pipeline.signals s join pipeline.runs r on r.id = s.run_id
        where (${runId ?? null}::uuid is null or s.run_id = ${runId ?? null})
          and (${runId ?? null}::uuid is not null or pipeline.is_ended(r.status) or pipeline.has_begun(r.id))
          and s.created_at <= clock_timestamp() - make_interval(secs => ${olderThanSeconds})
        order by s.id limit ${limit}`);
    },

    /** Those that have waited longest first, each conversation once; of some conversations, or of all. */
    listWakes(
      { conversationIds, olderThanSeconds = 0 }: Due & { conversationIds?: readonly Id[] },
      limit: number,
    ): Promise<readonly PendingWake[]> {
      const mine = conversationIds === undefined ? null : sql.array([...conversationIds], 'uuid');
      return pool.any(sql.type(PendingWake)`
        select
          json_agg(s.id::text order by s.id) as ids, max((s.argument ->> 'revision')::bigint) as revision,
          json_build_object(
            'id', c.id, 'runId', c.run_id, 'topic', left(c.topic, 200), 'mode', c.mode, 'startedBy', c.started_by_email, 'requestId', c.request_id,
            'circle', case when c.circle_id is not null then coalesce(
              (select o.name from circle.circles o where o.id = c.circle_id), c.partner_name) end,
            'agent', case when c.circle_id is null then c.partner_name end
          ) as conversation
        from pipeline.signals s join conversation.conversations c on c.id = s.conversation_id
        where ${mine === null ? sql.fragment`true` : sql.fragment`s.conversation_id = any(${mine})`}
          and s.created_at <= clock_timestamp() - make_interval(secs => ${olderThanSeconds})
        group by c.id order by min(s.id) limit ${limit}`);
    },

    async deleteSignals(ids: readonly string[]): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        delete from pipeline.signals where id = any(${sql.array([...ids], 'int8')})`);
    },
  };
}
