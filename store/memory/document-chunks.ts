import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Chunk, DocumentFormat } from '../../contracts/knowledge.ts';
import { json } from '../json.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { type ChunkPlan, planChunks, type PlannedChunk } from './chunk-plan.ts';
import type { VersionOf } from './document-pieces.ts';
import { type Walled, withinWalls } from './walls.ts';

/** A chunk as a document was cut into; `embeddedHash` is the sha256 of what is embedded of it, in hex. */
export interface ParsedChunk extends Pick<Chunk, 'content' | 'page' | 'headings' | 'lines'> {
  embeddedHash: string;
}

export interface ParsedVersion {
  format: DocumentFormat;
  pages: number | null;
  /** In the order of the document; at least one. */
  chunks: readonly ParsedChunk[];
}

const Nothing = z.object({});
const Existing = z.object({
  id: z.string(),
  version: z.number(),
  position: z.number(),
  embeddedHash: z.string(),
  batch: z.number().nullable(),
  isEmbedded: z.boolean(),
});

/** So many are embedded at once, as one effect of its own key. */
const BATCH_CHUNKS = 24;
/** So many are written in one transaction. */
const WRITTEN_AT_ONCE = 250;

export type DocumentChunks = ReturnType<typeof createDocumentChunks>;

export function createDocumentChunks(pool: Queryable) {
  const inside = <T>(work: (walled: Walled) => Promise<T>): Promise<T> =>
    withinWalls(pool, { kind: 'house' }, work);

  return {
    /**
     * Makes the chunks of a document those of a version that was parsed: those that it had already stay, with their ids and vectors, the others
     * are to be embedded. Written in pieces; after a death in between, it is gone on with.
     * @returns false where that version is not being parsed any more
     */
    async writeChunks(of: VersionOf, parsed: ParsedVersion): Promise<boolean> {
      const existing = await inside((walled) => listExisting(walled, of));
      const hashes = parsed.chunks.map(({ embeddedHash }) => embeddedHash);
      const plan = planChunks(existing, hashes, { version: of.version, batchSize: BATCH_CHUNKS });
      for (let from = 0; from < plan.planned.length; from += WRITTEN_AT_ONCE) {
        const some = plan.planned.slice(from, from + WRITTEN_AT_ONCE);
        const isWritten = await inside((walled) => writeSome(walled, of, { some, chunks: parsed.chunks }));
        if (!isWritten) return false;
      }
      return inside((walled) => endParsing(walled, of, { parsed, plan }));
    },
  };
}

const listExisting = (walled: Walled, { documentId }: VersionOf) =>
  walled.any(sql.type(Existing)`
    select c.id, c.version, c.position, encode(c.embedded_hash, 'hex') as "embeddedHash", c.batch, exists (
      select from memory.vectors v join memory.spaces s on s.id = v.space where v.unit_id = c.id and s.status = 'active'
    ) as "isEmbedded"
    from memory.chunks c where c.document_id = ${documentId}`);

const isBeingParsed = (walled: Walled, { documentId, version }: VersionOf): Promise<boolean> =>
  walled.exists(sql.type(Nothing)`
    select from memory.knowledge_base where id = ${documentId} and version = ${version} and status = 'parsing' for update`);

async function writeSome(
  walled: Walled,
  of: VersionOf,
  { some, chunks }: { some: readonly PlannedChunk[]; chunks: readonly ParsedChunk[] },
): Promise<boolean> {
  if (!(await isBeingParsed(walled, of))) return false;
  const described = some.map(({ position, id, batch }) => ({
    ...{ id: id ?? uuid(), isKept: id !== undefined, position, batch },
    ...chunks[position],
  }));
  await walled.query(sql.type(Nothing)`
    with described as materialized (
      select * from json_to_recordset(${json(described)}) as d (
        id uuid, "isKept" boolean, position integer, batch integer, content text, page integer, headings text[], lines json, "embeddedHash" text)
    ), kept as (
      update memory.chunks c set version = ${of.version}, position = d.position, batch = d.batch, page = d.page, lines = d.lines
      from described d where d."isKept" and c.id = d.id
    )
    insert into memory.chunks (
      id, document_id, scope_id, audience, version, position, batch, content, page, headings, lines, embedded_hash
    )
    select d.id, k.id, k.scope_id, k.audience, k.version, d.position, d.batch, d.content, d.page, d.headings, d.lines, decode(d."embeddedHash", 'hex')
    from described d join memory.knowledge_base k on k.id = ${of.documentId} where not d."isKept"`);
  return true;
}

/** What the version before had and this one has not, goes. */
async function endParsing(
  walled: Walled,
  of: VersionOf,
  { parsed, plan }: { parsed: ParsedVersion; plan: ChunkPlan },
): Promise<boolean> {
  if (!(await isBeingParsed(walled, of))) return false;
  const { documentId, version } = of;
  await walled.query(sql.type(Nothing)`
    delete from memory.chunks where document_id = ${documentId} and version <> ${version}`);
  await walled.query(sql.type(Nothing)`
    update memory.knowledge_base
    set format = ${parsed.format}, pages = ${parsed.pages}, chunks = ${parsed.chunks.length}, embedded = ${plan.kept}, batches = ${plan.batches},
      stored_batches = 0, failures = 0, status = ${plan.batches === 0 ? 'completed' : 'embedding'}, updated_at = clock_timestamp()
    where id = ${documentId}`);
  return true;
}
