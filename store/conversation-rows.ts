import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';

import { Conversation, Turn, TurnToolCall } from '../contracts/conversation.ts';
import type { ConversationSettings } from '../contracts/conversation-settings.ts';
import type { JsonObject } from '../contracts/json.ts';
import { workflowIdOf } from '../contracts/place.ts';
import { sql } from './pool.ts';
import { ISO_FORMAT, optional } from './stored.ts';

const iso = (instant: string) =>
  sql.fragment`to_char(${sql.identifier(instant.split('.'))} at time zone 'utc', ${ISO_FORMAT}::text)`;

const ToolCallRow = TurnToolCall.extend({
  // Written by our own SQL.
  arguments: z.custom<JsonObject>(),
  result: optional(z.string()),
  approvalId: optional(z.string()),
});

/** What `turns` selects. */
export const TurnRow = Turn.extend({
  toolCalls: z.array(ToolCallRow),
  error: optional(Turn.shape.error.unwrap()),
  messageId: optional(z.string()),
});

export const ConversationRow = Conversation.extend({
  // Checked when they were stored.
  settings: z.custom<ConversationSettings>(),
  openTurns: z.array(TurnRow.extend({ text: z.string() })),
});

/** Of `conversation.conversations c`. */
export const summary = sql.fragment`
  c.id, c.circle_id as "circleId", case when c.circle_id is not null then coalesce(
    (select o.name from circle.circles o where o.id = c.circle_id), c.partner_name) end as "circleName",
  c.agent_id as "agentId", case when c.circle_id is null then coalesce(
    (select a.name from agent.agents a where a.id = c.agent_id), c.partner_name) end as "agentName",
  c.topic, c.mode, c.status, c.status_reason as "statusReason", ${workflowIdOf.conversation('')} || c.id as "workflowId", c.branch,
  (select b.last_sequence from conversation.branches b where b.conversation_id = c.id and b.branch = c.branch) as messages,
  (
    select coalesce(sum(s.cost_usd), 0)::double precision from accounting.totals s where s.scope = 'conversation' and s.id = c.id::text
  ) as "costUsd",
  c.started_by_email as "startedBy", c.run_id as "runId", c.created_at as "createdAt", c.updated_at as "updatedAt", c.ended_at as "endedAt"`;

/** What the model calls of a turn or a conversation used and cost, by the ledger. */
const usageOf = (scope: 'turn' | 'conversation', id: FragmentSqlToken) => sql.fragment`(
  select json_build_object(
    'inputTokens', coalesce(sum(s.input_tokens), 0), 'outputTokens', coalesce(sum(s.output_tokens), 0),
    'cachedInputTokens', coalesce(sum(s.cached_input_tokens), 0), 'reasoningTokens', coalesce(sum(s.reasoning_tokens), 0),
    'costUsd', coalesce(sum(s.cost_usd), 0))
  from accounting.totals s where s.scope = ${scope} and s.id = ${id})`;

/** Of `conversation.turns t`, as pairs of `json_build_object`. */
export const turnPairs = sql.fragment`
  'id', t.conversation_id || '/' || t.number, 'number', t.number, 'branch', t.branch, 'agentId', t.agent_id, 'agentName', t.agent_name,
  'purpose', t.purpose, 'reason', t.reason, 'status', t.status, 'attempts', t.attempts, 'error', t.error,
  'usage', ${usageOf('turn', sql.fragment`t.conversation_id || '/' || t.number`)},
  'messageId', (select m.id from conversation.messages m where m.conversation_id = t.conversation_id and m.turn = t.number),
  'startedAt', ${iso('t.started_at')}, 'endedAt', ${iso('t.ended_at')},
  'toolCalls', (
    select coalesce(json_agg(json_build_object(
      'id', l.call, 'name', l.name, 'arguments', l.arguments, 'status', l.status, 'result', l.result,
      'approvalId', (select p.id from pipeline.approvals p where p.conversation_id = l.conversation_id and p.turn = l.turn and p.call = l.call)
    ) order by l.started_at, l.call), '[]')
    from conversation.tool_calls l where l.conversation_id = t.conversation_id and l.turn = t.number
  )`;

/** Of `conversation.conversations c`: everything, with who is there and what is being said now. */
export const whole = sql.fragment`
  ${summary}, c.settings,
  (
    select coalesce(json_agg(json_build_object('id', p.id, 'kind', p.kind, 'name', p.name, 'role', p.role) order by p.place), '[]')
    from (
      select m.member_id as id, case when m.agent_id is null then 'user' else 'agent' end as kind, coalesce(a.name, u.name) as name, m.role,
        m.position as place
      from circle.memberships m left join agent.agents a on a.id = m.agent_id left join auth.users u on u.id = m.user_id
      where m.circle_id = c.circle_id
      union all
      select a.id, 'agent', a.name, 'member', 0 from agent.agents a where a.id = c.agent_id
      union all
      select u.id, 'user', u.name, 'member', 1 from auth.users u where u.id = c.started_by and c.circle_id is null
    ) p
  ) as members,
  (
    select json_agg(json_build_object(
      'branch', b.branch, 'parent', b.parent, 'forkedAfter', b.forked_after, 'reason', b.reason, 'createdBy', b.created_by,
      'createdAt', ${iso('b.created_at')}) order by b.branch)
    from conversation.branches b where b.conversation_id = c.id
  ) as branches,
  (
    select coalesce(json_agg(json_build_object(${turnPairs}, 'text', coalesce((
      select x.text from pipeline.turn_texts x where x.channel = 'conversations/' || c.id and not x.closed
        and starts_with(x.turn_id, t.conversation_id || '/' || t.number || '/')
      limit 1), '')) order by t.number), '[]')
    from conversation.turns t where t.conversation_id = c.id and t.ended_at is null
  ) as "openTurns",
  ${usageOf('conversation', sql.fragment`c.id::text`)} as usage,
  (select e.last_sequence from event.channels e where e.name = 'conversations/' || c.id) as sequence`;
