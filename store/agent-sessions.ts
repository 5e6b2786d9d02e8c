import type { Id } from '../contracts/ids.ts';
import { AgentSession } from '../contracts/ledger.ts';
import type { Page } from '../contracts/page.ts';
import type { User } from '../contracts/user.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, pageOfRows } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const SessionRow = AgentSession.extend({ id: AgentSession.shape.subjectId });

/** What agents do and did: one session for each conversation and each run that they take part in. */
export function createAgentSessions(pool: Queryable) {
  return {
    /** Those of an agent that the viewer may see, of the newest conversation or run first. */
    async listAgentSessions(
      agentId: Id,
      { viewer, ...position }: ListPosition & { viewer: Pick<User, 'id' | 'role'> },
    ): Promise<Page<AgentSession>> {
      const rows = await pool.any(sql.type(SessionRow)`
        select s.subject_id as id, s.kind, s.subject_id as "subjectId",
          case when s.kind = 'run' then r.pipeline_name when c.topic = '' then c.partner_name else left(c.topic, 200) end as subject,
          exists (
            select from conversation.turns t
            where t.conversation_id = s.subject_id and t.agent_id = s.agent_id and t.ended_at is null
          ) or exists (
            select from accounting.ledger l where l.agent_id = s.agent_id and l.outcome is null and s.subject_id in (l.run_id, l.conversation_id)
          ) as running,
          s.calls, s.tokens, s.cost_usd::float8 as "costUsd", s.started_at as "startedAt", s.last_active_at as "lastActiveAt"
        from agent.sessions s
        left join pipeline.runs r on s.kind = 'run' and r.id = s.subject_id
        left join conversation.conversations c on s.kind = 'conversation' and c.id = s.subject_id
        where s.agent_id = ${agentId} and s.subject_id < ${idBefore(position)}
          and (c.id is null or conversation.is_visible(c, ${viewer.id}, ${viewer.role}))
        order by s.subject_id desc
        limit ${position.limit + 1}`);
      const { items, nextCursor } = pageOfRows(rows, position.limit);
      return { items: items.map((row) => AgentSession.parse(row)), nextCursor };
    },
  };
}
