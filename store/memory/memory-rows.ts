import { Memory } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';

/** What `memoryColumns` selects. */
export const MemoryRow = Memory;

/** Of `memory.memories m`, within the walls. */
export const memoryColumns = sql.fragment`
  m.id, m.kind, memory.scope_of(m.scope_kind, m.scope_id) as scope, memory.scope_name(m.scope_kind, m.scope_id) as "scopeName",
  memory.describe_audience(m.audience) as audience, m.name, m.content, round(m.importance::numeric, 4)::double precision as importance,
  to_json(m.tags) as tags, json_build_object(
    'by', json_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'conversationId', m.conversation_id, 'messages', m.messages, 'runId', m.run_id) as source,
  m.supersedes, m.superseded_by as "supersededBy", m.superseded_at as "supersededAt", m.supersede_reason as "supersedeReason",
  exists (
    select from memory.vectors v join memory.spaces s on s.id = v.space where v.unit_id = m.id and s.status = 'active'
  ) as "isEmbedded",
  m.created_at as "createdAt", m.expires_at as "expiresAt"`;

/** Of `memory.memories m`: what has expired is not there any more, though it is deleted later. */
export const notExpired = sql.fragment`(m.expires_at is null or m.expires_at > now())`;
