import { z } from 'zod';

import { Chunk, KnowledgeDocument } from '../../contracts/knowledge.ts';
import { sql } from '../pool.ts';

/** What `documentColumns` selects. */
export const DocumentRow = KnowledgeDocument;

/** Of `memory.knowledge_base k`, within the walls. */
export const documentColumns = sql.fragment`
  k.id, k.name, memory.scope_of(k.scope_kind, k.scope_id) as scope, memory.scope_name(k.scope_kind, k.scope_id) as "scopeName",
  memory.describe_audience(k.audience) as audience, k.format, k.media_type as "mediaType", k.bytes, encode(k.sha256, 'hex') as sha256,
  k.version, k.status, k.error, json_build_object('pages', k.pages, 'chunks', k.chunks, 'embedded', k.embedded) as progress,
  k.created_by as "createdBy", k.created_at as "createdAt", k.updated_at as "updatedAt"`;

/** What `chunkColumns` selects. */
export const ChunkRow = Chunk.extend({ headings: z.array(z.string()) });

/** Of `memory.chunks u` and its `memory.knowledge_base k`, within the walls. */
export const chunkColumns = sql.fragment`
  u.id, u.document_id as "documentId", k.name as "documentName", u.position, u.content, u.page, to_json(u.headings) as headings, u.lines,
  exists (
    select from memory.vectors v join memory.spaces s on s.id = v.space where v.unit_id = u.id and s.status = 'active'
  ) as "isEmbedded"`;
