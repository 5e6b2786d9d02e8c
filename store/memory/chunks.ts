import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Chunk, KnowledgeDocument } from '../../contracts/knowledge.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { isId } from '../cursor.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { findPiece } from './document-pieces.ts';
import { chunkColumns, ChunkRow, documentColumns, DocumentRow } from './document-rows.ts';
import { type MemoryViewer, type Walled, withinWalls } from './walls.ts';

/** What a document holds: its chunks, and its bytes as they were uploaded. */
export function createChunks(pool: Queryable) {
  return {
    /**
     * In the order of the document; while a new version is being read, those of the one before.
     * @throws GatheringFailure NotFound; InvalidInput for a cursor that no page gave
     */
    listChunks(viewer: MemoryViewer, id: string, query: PageQuery): Promise<Page<Chunk>> {
      const after = positionAfter(query.cursor);
      return withinWalls(pool, viewer, async (walled) => {
        await requireDocument(walled, id);
        const rows = await walled.any(sql.type(ChunkRow)`
          select ${chunkColumns} from memory.chunks u join memory.knowledge_base k on k.id = u.document_id
          where u.document_id = ${id} and (u.version = k.version) = (k.chunks is not null) and u.position > ${after}
          order by u.position limit ${query.limit + 1}`);
        const items = rows.slice(0, query.limit);
        const last = items.at(-1);
        const isMore = rows.length > query.limit && last !== undefined;
        return { items, nextCursor: isMore ? cursorOf(last.position) : null };
      });
    },

    /**
     * The document and its bytes, piece by piece; each is read when it is asked for.
     * @throws GatheringFailure NotFound; while it is read, Conflict when the content was replaced or deleted
     */
    async getContent(
      viewer: MemoryViewer,
      id: string,
    ): Promise<{ document: KnowledgeDocument; pieces: AsyncIterable<Buffer> }> {
      const document = await withinWalls(pool, viewer, (walled) => requireDocument(walled, id));
      return { document, pieces: readPieces(pool, viewer, document) };
    },
  };
}

async function requireDocument(walled: Walled, id: string): Promise<KnowledgeDocument> {
  const found = isId(id)
    ? await walled.maybeOne(sql.type(DocumentRow)`
        select ${documentColumns} from memory.knowledge_base k where k.id = ${id}`)
    : null;
  if (found === null) throw new GatheringFailure('NotFound', 'There is no such document.');
  return found;
}

/** All bytes of one version, piece by piece. @throws GatheringFailure Conflict when that version is not there any more */
export async function* readPieces(
  pool: Queryable,
  viewer: MemoryViewer,
  { id, version, bytes }: Pick<KnowledgeDocument, 'id' | 'version' | 'bytes'>,
): AsyncGenerator<Buffer> {
  for (let piece = 0, read = 0; read < bytes; piece += 1) {
    const content = await withinWalls(pool, viewer, (walled) =>
      findPiece(walled, { documentId: id, version }, piece),
    );
    if (content === null)
      throw new GatheringFailure('Conflict', 'The document was changed while it was read.');
    read += content.length;
    yield content;
  }
}

const cursorOf = (position: number): string => Buffer.from(String(position)).toString('base64url');
const Position = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

function positionAfter(cursor: string | undefined): number {
  if (cursor === undefined) return -1;
  const position = Position.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (position.success) return position.data;
  const problem = { path: 'cursor', message: 'is not a cursor that a page before this one gave' };
  throw new GatheringFailure('InvalidInput', 'The cursor is not valid.', { problems: [problem] });
}
