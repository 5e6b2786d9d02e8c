import type { FoundChunk } from '../../contracts/knowledge.ts';
import type { FoundMemory } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';
import { chunkColumns, ChunkRow } from './document-rows.ts';
import type { Candidate, Scored } from './fuse.ts';
import { memoryColumns, MemoryRow } from './memory-rows.ts';
import type { Walled } from './walls.ts';

type Chosen = readonly Scored<Candidate>[];

const idsOf = (chosen: Chosen) =>
  sql.array(
    chosen.map(({ id }) => id),
    'uuid',
  );

/** Reads the memories that were chosen, in their order. */
export async function findMemories(walled: Walled, chosen: Chosen): Promise<FoundMemory[]> {
  const rows = await walled.any(sql.type(MemoryRow)`
    select ${memoryColumns} from memory.memories m where m.id = any(${idsOf(chosen)})`);
  return inOrder(chosen, rows);
}

/** Reads the chunks that were chosen, in their order. */
export async function findChunks(walled: Walled, chosen: Chosen): Promise<FoundChunk[]> {
  const rows = await walled.any(sql.type(ChunkRow)`
    select ${chunkColumns} from memory.chunks u join memory.knowledge_base k on k.id = u.document_id
    where u.id = any(${idsOf(chosen)})`);
  return inOrder(chosen, rows);
}

function inOrder<Row extends { id: string }>(
  chosen: Chosen,
  rows: readonly Row[],
): (Row & Pick<Chosen[number], 'score' | 'parts'>)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return chosen.flatMap(({ id, score, parts }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...row, score, parts }];
  });
}
