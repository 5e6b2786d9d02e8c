import { createHash } from 'node:crypto';

import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import type {
  DocumentFormat,
  DocumentListQuery,
  DocumentStatus,
  KnowledgeDocument,
} from '../../contracts/knowledge.ts';
import { EVERYWHERE, type MemoryScope } from '../../contracts/memory.ts';
import type { Page } from '../../contracts/page.ts';
import { idBefore, isId, pageOfRows } from '../cursor.ts';
import type { IdempotencyClaim } from '../idempotency.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { isDuplicate } from '../store-failure.ts';
import { insertPieces } from './document-pieces.ts';
import { documentColumns, DocumentRow } from './document-rows.ts';
import { holdPlace, type MemoryViewer, type Walled, withinWalls } from './walls.ts';
import { asRefusal } from './walls-failure.ts';

/** A file that was received whole and is of a format that is read here. */
export interface UploadedFile {
  name: string;
  format: DocumentFormat;
  mediaType: string;
  bytes: Buffer;
}

/** Who uploads, by which request. */
export interface Uploader {
  id: Id;
  email: string;
  requestId: string;
}

/** `isNew`: false where the same content was there already, and nothing was done. */
export interface Added {
  document: KnowledgeDocument;
  isNew: boolean;
}

const Nothing = z.object({});
const Locked = z.object({
  version: z.number(),
  name: z.string(),
  status: DocumentRow.shape.status,
  isParsed: z.boolean(),
  sha256: z.string(),
});
type Locked = z.infer<typeof Locked>;

const UNDER_WAY: readonly DocumentStatus[] = ['queued', 'parsing', 'embedding'];

/** What people do with documents, each within what they may see. Whatever changes is in the row when the call returns; work follows. */
export function createDocuments(pool: Queryable) {
  const findDocument = async (viewer: MemoryViewer, id: string): Promise<KnowledgeDocument | null> =>
    isId(id) ? withinWalls(pool, viewer, (walled) => findOne(walled, id)) : null;

  return {
    findDocument,

    async getDocument(viewer: MemoryViewer, id: string): Promise<KnowledgeDocument> {
      const found = await findDocument(viewer, id);
      if (found === null) throw noDocument();
      return found;
    },

    /** Newest first. */
    listDocuments(viewer: MemoryViewer, query: DocumentListQuery): Promise<Page<KnowledgeDocument>> {
      const where = [
        sql.fragment`k.id < ${idBefore(query)}`,
        ...(query.scope === undefined ? [] : [sql.fragment`k.scope_kind = ${query.scope}`]),
        ...(query.scopeId === undefined ? [] : [sql.fragment`k.scope_id = ${query.scopeId}`]),
        ...(query.status === undefined ? [] : [sql.fragment`k.status = ${query.status}`]),
        ...(query.q === undefined ? [] : [sql.fragment`strpos(lower(k.name), lower(${query.q})) > 0`]),
      ];
      return withinWalls(pool, viewer, async (walled) => {
        const rows = await walled.any(sql.type(DocumentRow)`
          select ${documentColumns} from memory.knowledge_base k
          where ${sql.join(where, sql.fragment` and `)} order by k.id desc limit ${query.limit + 1}`);
        return pageOfRows(rows, query.limit);
      });
    },

    /**
     * Takes a file into a scope. The same content that is there already is left as it is.
     * @throws GatheringFailure NotFound for a scope that its uploader may not write to; Conflict for a key that has made something
     */
    async addDocument(
      viewer: MemoryViewer,
      upload: { file: UploadedFile; scope: MemoryScope; claim?: IdempotencyClaim | undefined },
      by: Uploader,
    ): Promise<Added> {
      const add = async (walled: Walled): Promise<Added> => {
        const id = uuid();
        await holdPlace(walled, { kind: upload.scope.kind, id: idOfScope(upload.scope) });
        const isNew = await insertRow(walled, id, upload, by);
        const document = await findByContent(walled, upload);
        if (document === null) throw noScope(upload.scope);
        if (isNew) await insertPieces(walled, { documentId: id, version: 1 }, upload.file.bytes);
        if (upload.claim !== undefined) await keepKey(walled, upload.claim, document.id);
        return { document, isNew };
      };
      return withinWalls(pool, viewer, add).catch((error: unknown) => {
        throw asRefusal(error, upload.scope);
      });
    },

    /**
     * Gives a document another content or name, as its next version; the same ones change nothing. What is found of the one before is
     * found until the next one is parsed.
     * @throws GatheringFailure NotFound; Forbidden for observers; Conflict where another document of its scope has that content
     */
    async replaceContent(viewer: MemoryViewer, id: string, file: UploadedFile): Promise<Added> {
      const replace = async (walled: Walled): Promise<Added> => {
        const locked = await lock(walled, id);
        const isNew = locked.sha256 !== sha256Of(file.bytes).toString('hex') || locked.name !== file.name;
        if (isNew) await nextVersion(walled, { id, version: locked.version + 1 }, file);
        return { document: await getOne(walled, id), isNew };
      };
      return withinWalls(pool, viewer, replace).catch((error: unknown) => {
        if (isDuplicate(error))
          throw new GatheringFailure('Conflict', 'Another document of this scope has that content.', {
            cause: error,
          });
        throw error;
      });
    },

    /** Removes all of it; work on it ends. @throws GatheringFailure NotFound; Forbidden for observers */
    async deleteDocument(viewer: MemoryViewer, id: string): Promise<void> {
      await withinWalls(pool, viewer, async (walled) => {
        await lock(walled, id);
        await walled.query(sql.type(Nothing)`delete from memory.knowledge_base where id = ${id}`);
      });
    },

    /** Lets work on a document rest. @throws GatheringFailure NotFound; Forbidden; Conflict where none is under way */
    pause: (viewer: MemoryViewer, id: string) =>
      steer(pool, { viewer, id }, (locked) => goTo('paused', locked, UNDER_WAY)),

    /** Gives work on a document up; what is embedded stays. @throws GatheringFailure NotFound; Forbidden; Conflict when it has ended */
    cancel: (viewer: MemoryViewer, id: string) =>
      steer(pool, { viewer, id }, (locked) => goTo('canceled', locked, [...UNDER_WAY, 'paused'])),

    /** Goes on where it was paused. @throws GatheringFailure NotFound; Forbidden; Conflict when it is not paused, nor under way */
    resume: (viewer: MemoryViewer, id: string) =>
      steer(pool, { viewer, id }, (locked) => goOn(locked, ['paused'])),

    /** Goes on where it has failed or was canceled. @throws GatheringFailure NotFound; Forbidden; Conflict when it has not */
    retry: (viewer: MemoryViewer, id: string) =>
      steer(pool, { viewer, id }, (locked) => goOn(locked, ['failed', 'canceled'])),
  };
}

const noDocument = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such document.');
const noScope = ({ kind }: MemoryScope): GatheringFailure =>
  new GatheringFailure('NotFound', `There is no such ${kind}.`);
const idOfScope = (scope: MemoryScope): Id => (scope.kind === 'global' ? EVERYWHERE : scope.id);
const sha256Of = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const findOne = (walled: Walled, id: Id): Promise<KnowledgeDocument | null> =>
  walled.maybeOne(sql.type(DocumentRow)`
    select ${documentColumns} from memory.knowledge_base k where k.id = ${id}`);

async function getOne(walled: Walled, id: Id): Promise<KnowledgeDocument> {
  const found = await findOne(walled, id);
  if (found === null) throw noDocument();
  return found;
}

async function insertRow(
  walled: Walled,
  id: Id,
  { file, scope }: { file: UploadedFile; scope: MemoryScope },
  by: Uploader,
): Promise<boolean> {
  const scopeId = idOfScope(scope);
  const { rowCount } = await walled.query(sql.type(Nothing)`
    insert into memory.knowledge_base (
      id, name, scope_kind, scope_id, audience, format, media_type, bytes, sha256, created_by_id, created_by, request_id
    ) values (
      ${id}, ${file.name}, ${scope.kind}, ${scopeId}, memory.audience_for(${scope.kind}, ${scopeId}), ${file.format}, ${file.mediaType},
      ${file.bytes.length}, ${sql.binary(sha256Of(file.bytes))}, ${by.id}, ${by.email}, ${by.requestId}
    )
    on conflict (scope_id, audience, sha256) do nothing`);
  if (rowCount > 0) await walled.query(sql.type(Nothing)`select memory.wake('document', ${id}, 1)`);
  return rowCount > 0;
}

const findByContent = (
  walled: Walled,
  { file, scope }: { file: UploadedFile; scope: MemoryScope },
): Promise<KnowledgeDocument | null> =>
  walled.maybeOne(sql.type(DocumentRow)`
    select ${documentColumns} from memory.knowledge_base k
    where k.scope_id = ${idOfScope(scope)} and k.audience = memory.audience_for(${scope.kind}, ${idOfScope(scope)})
      and k.sha256 = ${sql.binary(sha256Of(file.bytes))}`);

async function keepKey(walled: Walled, claim: IdempotencyClaim, id: Id): Promise<void> {
  const { principal, route, key, bodyHash, status } = claim;
  const { kept } = await walled.one(sql.type(z.object({ kept: z.boolean() }))`
    select memory.keep_key(${principal}, ${route}, ${key}, ${bodyHash}, ${status}, ${id}) as kept`);
  if (!kept)
    throw new GatheringFailure('Conflict', 'This Idempotency-Key was used by another request meanwhile.');
}

/** @throws GatheringFailure NotFound for whom it is not visible; Forbidden for those who may only read it */
async function lock(walled: Walled, id: string): Promise<Locked> {
  if (!isId(id) || (await findOne(walled, id)) === null) throw noDocument();
  const locked = await walled.maybeOne(sql.type(Locked)`
    select version, name, status, chunks is not null as "isParsed", encode(sha256, 'hex') as sha256
    from memory.knowledge_base where id = ${id} for update`);
  if (locked !== null) return locked;
  throw new GatheringFailure('Forbidden', 'You are an observer of this circle: observers read along.');
}

async function nextVersion(
  walled: Walled,
  { id, version }: { id: string; version: number },
  file: UploadedFile,
): Promise<void> {
  await walled.query(sql.type(Nothing)`
    update memory.knowledge_base
    set version = ${version}, status = 'queued', revision = revision + 1, error = null, name = ${file.name}, format = ${file.format},
      media_type = ${file.mediaType}, bytes = ${file.bytes.length}, sha256 = ${sql.binary(sha256Of(file.bytes))},
      pages = null, chunks = null, embedded = 0, batches = null, stored_batches = 0, failures = 0, updated_at = clock_timestamp()
    where id = ${id}`);
  await walled.query(sql.type(Nothing)`delete from memory.document_pieces where document_id = ${id}`);
  await insertPieces(walled, { documentId: id, version }, file.bytes);
  await wake(walled, id);
}

const wake = (walled: Walled, id: string) =>
  walled.query(sql.type(Nothing)`
    select memory.wake('document', k.id::text, k.revision) from memory.knowledge_base k where k.id = ${id}`);

/** The status that a document is to have; undefined: the one that it has. */
type Steer = (locked: Locked) => DocumentStatus | undefined;

function steer(
  pool: Queryable,
  { viewer, id }: { viewer: MemoryViewer; id: string },
  decide: Steer,
): Promise<KnowledgeDocument> {
  return withinWalls(pool, viewer, async (walled) => {
    const status = decide(await lock(walled, id));
    if (status !== undefined) {
      await walled.query(sql.type(Nothing)`
        update memory.knowledge_base
        set status = ${status}, revision = revision + 1, error = null, failures = 0, updated_at = clock_timestamp() where id = ${id}`);
      await wake(walled, id);
    }
    return getOne(walled, id);
  });
}

function goTo(
  status: 'paused' | 'canceled',
  locked: Locked,
  from: readonly DocumentStatus[],
): DocumentStatus | undefined {
  if (locked.status === status) return undefined;
  if (!from.includes(locked.status)) throw notIn(locked);
  return status;
}

function goOn(locked: Locked, from: readonly DocumentStatus[]): DocumentStatus | undefined {
  if (UNDER_WAY.includes(locked.status)) return undefined;
  if (!from.includes(locked.status)) throw notIn(locked);
  return locked.isParsed ? 'embedding' : 'queued';
}

const notIn = ({ status }: Locked): GatheringFailure =>
  new GatheringFailure('Conflict', `The document is ${status}.`);
