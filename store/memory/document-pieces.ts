import { z } from 'zod';

import type { Id } from '../../contracts/ids.ts';
import { sql } from '../pool.ts';
import type { Walled } from './walls.ts';

/** As much as the embedded database takes at once without making others wait for long. */
const PIECE_BYTES = 512 * 1024;

/** The bytes of one version of a document. */
export interface VersionOf {
  documentId: Id;
  version: number;
}

export async function insertPieces(
  walled: Walled,
  { documentId, version }: VersionOf,
  bytes: Buffer,
): Promise<void> {
  for (let piece = 0; piece * PIECE_BYTES < bytes.length; piece += 1) {
    const content = bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
    await walled.query(sql.type(z.object({}))`
      insert into memory.document_pieces (document_id, version, piece, content)
      values (${documentId}, ${version}, ${piece}, ${sql.binary(content)})`);
  }
}

/** The nth piece; null behind the last one, or where that version is not there any more. */
export function findPiece(
  walled: Walled,
  { documentId, version }: VersionOf,
  piece: number,
): Promise<Buffer | null> {
  return walled.maybeOneFirst(sql.type(z.object({ content: z.instanceof(Buffer) }))`
    select content from memory.document_pieces
    where document_id = ${documentId} and version = ${version} and piece = ${piece}`);
}
