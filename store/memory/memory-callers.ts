import { z } from 'zod';

import { MemoryScopeKind } from '../../contracts/agent.ts';
import { Id } from '../../contracts/ids.ts';
import { ProviderName } from '../../contracts/model.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';

const MemoryCaller = z.object({
  /** Of the agent, or of the pipeline whose run it is. */
  name: z.string(),
  memoryScopes: z.array(MemoryScopeKind),
  /** Of the agent; null where there is none. */
  runsOn: z.object({ provider: ProviderName, model: z.string() }).nullable(),
  circleId: Id.nullable(),
  /** What a person said last where it speaks. */
  heard: z.object({ branch: z.number(), sequence: z.number(), personId: Id }).nullable(),
});
/** Who calls a tool of memory, and what it may be asked to remember in. */
export type MemoryCaller = z.infer<typeof MemoryCaller>;

const ScopeOwner = z.object({ id: Id, isOpen: z.boolean() });
/** What a scope is of. */
export type ScopeOwner = z.infer<typeof ScopeOwner>;

export type MemoryCallers = ReturnType<typeof createMemoryCallers>;

export function createMemoryCallers(pool: Queryable) {
  return {
    /** Null where the agent or the conversation is gone. */
    findSpeaker(conversationId: Id, agentId: Id): Promise<MemoryCaller | null> {
      return pool.maybeOne(sql.type(MemoryCaller)`
        select a.name, a.memory_scopes as "memoryScopes", json_build_object('provider', a.provider, 'model', a.model) as "runsOn", c.circle_id as "circleId", (
          select json_build_object('branch', m.branch, 'sequence', m.sequence, 'personId', m.author_id)
          from conversation.branch_messages m
          where m.conversation_id = c.id and m.shown_in = c.branch and m.author_kind = 'user'
          order by m.sequence desc limit 1) as heard
        from conversation.conversations c join agent.agents a on a.id = ${agentId}
        where c.id = ${conversationId}`);
    },

    /**
     * Of runs, which everybody reads.
     * @returns null where there is no such circle or agent; `isOpen`: everybody may see what is remembered for it
     */
    findOwner(kind: 'circle' | 'agent', reference: string): Promise<ScopeOwner | null> {
      return kind === 'circle'
        ? pool.maybeOne(sql.type(ScopeOwner)`
            select c.id, c.visibility = 'everyone' as "isOpen" from circle.circles c
            where (c.id::text = ${reference} or c.name = ${reference}) and c.deleted_at is null
            order by c.name = ${reference} desc limit 1`)
        : pool.maybeOne(sql.type(ScopeOwner)`
            select a.id, true as "isOpen" from agent.agents a
            where a.id::text = ${reference} or a.name = ${reference} order by a.name = ${reference} desc limit 1`);
    },

    /** An agent in a run, or the run itself. Null where the agent or the run is gone. */
    findInRun(runId: Id, agentId: Id | undefined): Promise<MemoryCaller | null> {
      return pool.maybeOne(sql.type(MemoryCaller)`
        select coalesce(a.name, r.pipeline_name) as name, coalesce(a.memory_scopes, '["global"]') as "memoryScopes",
          case when a.id is not null then json_build_object('provider', a.provider, 'model', a.model) end as "runsOn", null::uuid as "circleId", null as heard
        from pipeline.runs r left join agent.agents a on a.id = ${agentId ?? null}
        where r.id = ${runId} and (a.id is not null or ${agentId ?? null}::uuid is null)`);
    },
  };
}
