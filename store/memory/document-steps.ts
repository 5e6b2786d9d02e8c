import { z } from 'zod';

import type { DocumentState } from '../../contracts/document-state.ts';
import type { Failure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import { json } from '../json.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { readPieces } from './chunks.ts';
import type { VersionOf } from './document-pieces.ts';
import { DocumentRow } from './document-rows.ts';
import type { Space } from './spaces.ts';
import { putVectors, wakeSpaces } from './vectors.ts';
import { type MemoryViewer, type Walled, withinWalls } from './walls.ts';

export type DocumentSteps = ReturnType<typeof createDocumentSteps>;

const HOUSE: MemoryViewer = { kind: 'house' };
const Nothing = z.object({});
const State = z.object({ revision: z.number(), version: z.number(), status: DocumentRow.shape.status });
const ToParse = z.object({
  version: z.number(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.number(),
  attempts: z.number(),
});
const Batches = z.object({ version: z.number(), batches: z.number(), stored: z.number() });
const BatchChunk = z.object({ id: z.string(), headings: z.array(z.string()), content: z.string() });
export type BatchChunk = z.infer<typeof BatchChunk>;

/** So many times in a document's life its progress is told. */
const PROGRESS_STEPS = 20;

/**
 * The steps of ingestion. Each writes about one version of a document and only while that is being worked on: where it was replaced, paused,
 * canceled or deleted meanwhile, nothing is written and the answer says so. Each is safe to repeat.
 */
export function createDocumentSteps(pool: Queryable) {
  const inside = <T>(work: (walled: Walled) => Promise<T>): Promise<T> => withinWalls(pool, HOUSE, work);

  return {
    async readState(documentId: Id): Promise<DocumentState> {
      const state = await inside((walled) =>
        walled.maybeOne(sql.type(State)`
          select revision, version, status from memory.knowledge_base where id = ${documentId}`),
      );
      return state ?? { revision: Number.MAX_SAFE_INTEGER, version: 0, status: 'deleted' };
    },

    /** Begins an attempt, of which there may have been others. Null: there is nothing to parse. */
    beginParsing(documentId: Id): Promise<z.infer<typeof ToParse> | null> {
      return inside((walled) =>
        walled.maybeOne(sql.type(ToParse)`
          update memory.knowledge_base set status = 'parsing', failures = failures + 1, updated_at = clock_timestamp()
          where id = ${documentId} and status in ('queued', 'parsing')
          returning version, name, media_type as "mediaType", bytes, failures as attempts`),
      );
    },

    /** @throws GatheringFailure Conflict where that version is not there any more */
    async readBytes(documentId: Id, { version, bytes }: { version: number; bytes: number }): Promise<Buffer> {
      const pieces: Buffer[] = [];
      for await (const piece of readPieces(pool, HOUSE, { id: documentId, version, bytes }))
        pieces.push(piece);
      return Buffer.concat(pieces);
    },

    /** Ends work on a version for good; `retry` begins it again. */
    async fail({ documentId, version }: VersionOf, error: Failure): Promise<void> {
      await inside((walled) =>
        walled.query(sql.type(Nothing)`
          update memory.knowledge_base set status = 'failed', error = ${json(error)}, updated_at = clock_timestamp()
          where id = ${documentId} and version = ${version} and status in ('queued', 'parsing', 'embedding')`),
      );
    },

    /** How many batches there are, and how many are stored. Null: there is nothing to embed now. */
    readBatches(documentId: Id): Promise<z.infer<typeof Batches> | null> {
      return inside((walled) =>
        walled.maybeOne(sql.type(Batches)`
          select version, batches, stored_batches as stored from memory.knowledge_base
          where id = ${documentId} and status = 'embedding' and batches is not null`),
      );
    },

    /** Always the same chunks for a batch of a version. */
    listBatch({ documentId, version }: VersionOf, batch: number): Promise<readonly BatchChunk[]> {
      return inside((walled) =>
        walled.any(sql.type(BatchChunk)`
          select id, to_json(headings) as headings, content from memory.chunks
          where document_id = ${documentId} and version = ${version} and batch = ${batch} order by position`),
      );
    },

    /**
     * Stores the vectors of a batch, once; the last one completes the document.
     * @returns false where that version is not being embedded any more
     */
    storeBatch(
      of: VersionOf,
      batch: number,
      embedded: { space: Space; rows: readonly { unitId: Id; embedding: readonly number[] }[] },
    ): Promise<boolean> {
      return inside((walled) => storeBatch(walled, of, { batch, ...embedded }));
    },

    /** One more attempt that the embedder has failed, in a row. @returns how many; null where nothing is embedded any more */
    noteFailure({ documentId, version }: VersionOf): Promise<number | null> {
      return inside((walled) =>
        walled.maybeOneFirst(sql.type(z.object({ failures: z.number() }))`
          update memory.knowledge_base set failures = failures + 1
          where id = ${documentId} and version = ${version} and status = 'embedding' returning failures`),
      );
    },
  };
}

const Stored = z.object({
  stored: z.number(),
  batches: z.number(),
  embedded: z.number(),
  chunks: z.number(),
});

async function storeBatch(
  walled: Walled,
  { documentId, version }: VersionOf,
  embedding: { batch: number; space: Space; rows: readonly { unitId: Id; embedding: readonly number[] }[] },
): Promise<boolean> {
  const before = await walled.maybeOne(sql.type(Stored)`
    select stored_batches as stored, batches, embedded, chunks from memory.knowledge_base
    where id = ${documentId} and version = ${version} and status = 'embedding' for update`);
  if (before === null) return false;
  const { batch, space, rows } = embedding;
  if (before.stored > batch) return true; // by another attempt
  if (before.stored < batch) throw new TypeError(`batch ${batch} of ${documentId} comes before its turn`);
  await putVectors(
    walled,
    space,
    rows.map((row) => ({ ...row, source: 'knowledge' })),
  );
  const isLast = batch + 1 === before.batches;
  const embedded = before.embedded + rows.length;
  await walled.query(sql.type(Nothing)`
    update memory.knowledge_base
    set stored_batches = ${batch + 1}, embedded = ${embedded}, failures = 0, updated_at = clock_timestamp(),
      status = ${isLast ? 'completed' : 'embedding'}
    where id = ${documentId}`);
  if (isLast) await wakeSpacesThatLack(walled, documentId);
  const stepOf = (count: number): number => Math.floor((count * PROGRESS_STEPS) / before.chunks);
  if (!isLast && stepOf(embedded) > stepOf(before.embedded)) await tellProgress(walled, documentId, batch);
  return true;
}

const tellProgress = (walled: Walled, documentId: Id, batch: number) =>
  walled.query(sql.type(Nothing)`
    select memory.tell_document(${documentId}, ${`progress/${batch}`}, 'document.progress')`);

/** The model may have been changed meanwhile: then what was embedded before that is to be embedded again. */
async function wakeSpacesThatLack(walled: Walled, documentId: Id): Promise<void> {
  const isLacking = await walled.exists(sql.type(Nothing)`
    select from memory.chunks c join memory.spaces s on s.status in ('active', 'building')
    where c.document_id = ${documentId}
      and not exists (select from memory.vectors v where v.unit_id = c.id and v.space = s.id)`);
  if (isLacking) await wakeSpaces(walled);
}
