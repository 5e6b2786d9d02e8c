import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { Agent } from '../contracts/agent.ts';
import type { ConversationMode, SomeSettings } from '../contracts/conversation-settings.ts';
import type { Fact } from '../contracts/event.ts';
import { Failure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Json } from '../contracts/json.ts';
import { nodeKeyOf, type NodePlace } from '../contracts/place.ts';
import { factsOf } from './facts.ts';
import { jsonb } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** What a node of a run discusses, and on whose behalf. */
export interface NewDiscussion {
  runId: Id;
  place: NodePlace;
  /** Id or name. */
  circle: string;
  topic: string;
  mode: ConversationMode | undefined;
  /** In place of the circle's. */
  settings: SomeSettings;
  requestId: string;
}

/** The conversation of a node. */
const Discussion = z.object({ id: Id, startedAtMs: z.number() });
export type Discussion = z.infer<typeof Discussion>;

const Started = z.object({
  outcome: z.enum(['begun', 'ended', 'absent', 'silent']),
  id: Id.nullable(),
  startedAtMs: z.number().nullable(),
});
export type RefusedDiscussion = Exclude<z.infer<typeof Started>['outcome'], 'begun'>;

const Outcome = z.object({
  // Written by our own SQL.
  output: z.custom<Json>(),
  failure: Failure.nullable(),
  costUsd: z.number(),
});
export type DiscussionOutcome = z.infer<typeof Outcome>;

/** A circle as pipelines name it, with the agents that speak in it. */
const NamedCircle = z.object({
  id: Id,
  name: z.string(),
  agents: z.array(Agent.pick({ name: true, provider: true })),
});

const milliseconds = (instant: 'created_at') =>
  sql.fragment`(extract(epoch from ${sql.identifier([instant])}) * 1000)::double precision`;

/** Of the circle `c`. */
const seenBy = (viewer: string) => sql.fragment`(
  c.visibility = 'everyone'
  or exists (select from auth.users u where u.id::text = ${viewer} and circle.is_visible(c, u.id, u.role)))`;

export type CircleNodes = ReturnType<typeof createCircleNodes>;

/** Circles as nodes of pipelines, and the conversations that those are. */
export function createCircleNodes(pool: Queryable) {
  return {
    /** The names and the ids of the circles that somebody sees: everything that a pipeline of theirs may name one by. */
    async listCircleReferences(viewer: Id): Promise<Set<string>> {
      const references = await pool.anyFirst(sql.type(z.object({ reference: z.string() }))`
        with seen as (select c.id, c.name from circle.circles c where c.deleted_at is null and ${seenBy(viewer)})
        select name as reference from seen union select id::text from seen`);
      return new Set(references);
    },

    /**
     * Those of the named circles that there are for somebody; a name is an id or a unique name.
     * @param viewer who started a run: a user's id, or what stands for one that is gone
     */
    async findNamedCircles(
      idsOrNames: readonly string[],
      viewer: string,
    ): Promise<readonly z.infer<typeof NamedCircle>[]> {
      if (idsOrNames.length === 0) return [];
      const words = sql.array([...idsOrNames], 'text');
      return pool.any(sql.type(NamedCircle)`
        select c.id, c.name, (
          select coalesce(json_agg(json_build_object('name', a.name, 'provider', a.provider) order by m.position), '[]')
          from circle.memberships m join agent.agents a on a.id = m.agent_id
          where m.circle_id = c.id and m.role <> 'observer'
        ) as agents
        from circle.circles c
        where c.deleted_at is null and ${seenBy(viewer)} and (c.name = any(${words}) or c.id::text = any(${words}))`);
    },

    /** The conversation that a node has begun; null before. */
    findDiscussion(runId: Id, place: NodePlace): Promise<Discussion | null> {
      return pool.maybeOne(sql.type(Discussion)`
        select id, ${milliseconds('created_at')} as "startedAtMs"
        from conversation.conversations where run_id = ${runId} and node_key = ${nodeKeyOf(place)}`);
    },

    /**
     * Begins the conversation of a node, once, and tells facts. What whoever started the run may not see is not there.
     * @param facts made for the id that it gets
     * @returns why there is none, where that is so
     */
    async startDiscussion(
      { runId, place, circle, topic, mode, settings, requestId }: NewDiscussion,
      facts: (id: Id) => readonly Fact[],
    ): Promise<Discussion | RefusedDiscussion> {
      const id = uuid();
      const row = {
        ...{ id, topic, mode: mode ?? null, settings, request_id: requestId },
        ...{ run_id: runId, node_key: nodeKeyOf(place) },
      };
      const started = await pool.one(sql.type(Started)`
        select s.outcome, s.conversation as id, ${milliseconds('created_at')} as "startedAtMs"
        from conversation.start_in_run(
          jsonb_populate_record(null::conversation.conversations, ${jsonb(row)}), ${circle}, ${factsOf(facts(id))}) s`);
      if (started.outcome !== 'begun') return started.outcome;
      return Discussion.parse(started);
    },

    /** What has come of a conversation that has ended. */
    readOutcome(conversationId: Id): Promise<DiscussionOutcome> {
      return pool.one(sql.type(Outcome)`
        select o.output, o.failure, o.cost_usd as "costUsd" from conversation.outcome(${conversationId}) o`);
    },
  };
}
