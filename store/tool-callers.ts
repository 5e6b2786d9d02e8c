import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import { Role } from '../contracts/user.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** On whose behalf an agent calls a tool: of whoever started the run or the conversation that it speaks in. */
const ToolCaller = z.object({
  userId: z.string(),
  /** Null: no user (any more). */
  role: Role.nullable(),
  /** That it is a part of. */
  runId: Id.nullable(),
  /** How many runs have started one another before that. */
  generation: z.number().int(),
});
export type ToolCaller = z.infer<typeof ToolCaller>;

export type ToolCallers = ReturnType<typeof createToolCallers>;

export function createToolCallers(pool: Queryable) {
  const select = sql.fragment`
    select c.user_id as "userId", u.role, r.id as "runId", coalesce((r.workflow_input ->> 'generation')::integer, 0) as generation`;
  return {
    /** Of a run or a conversation that is there, since it calls. */
    getToolCaller({ kind, id }: { kind: 'run' | 'conversation'; id: Id }): Promise<ToolCaller> {
      return kind === 'run'
        ? pool.one(sql.type(ToolCaller)`
            ${select}
            from pipeline.runs r cross join lateral (select coalesce(r.started_by, '') as user_id) c
            left join auth.users u on u.id::text = c.user_id
            where r.id = ${id}`)
        : pool.one(sql.type(ToolCaller)`
            ${select}
            from (select coalesce(o.started_by::text, '') as user_id, o.run_id from conversation.conversations o where o.id = ${id}) c
            left join auth.users u on u.id::text = c.user_id
            left join pipeline.runs r on r.id = c.run_id`);
    },
  };
}
