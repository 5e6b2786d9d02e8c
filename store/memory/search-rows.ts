import { Chunk, type FoundChunk } from '../../contracts/knowledge.ts';
import type { FoundMemory } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';
import type { Candidate, Scored } from './fuse.ts';
import { memoryColumns, MemoryRow } from './memory-rows.ts';
import type { Walled } from './walls.ts';

type Chosen = readonly Scored<Candidate>[];

const idsOf = (chosen: Chosen) =>
  sql.array(
    chosen.map(({ id }) => id),
    'uuid',
  );

/** Reads what was chosen, in its order. */
export async function findMemories(walled: Walled, chosen: Chosen): Promise<FoundMemory[]> {
  const rows = await walled.any(sql.type(MemoryRow)`
    select ${memoryColumns} from memory.memories m where m.id = any(${idsOf(chosen)})`);
  return inOrder(chosen, rows);
}

export async function findChunks(walled: Walled, chosen: Chosen): Promise<FoundChunk[]> {
  const rows = await walled.any(sql.type(Chunk)`
    select c.id, c.document_id as "documentId", k.name as "documentName", c.position, c.content, c.page, to_json(c.headings) as headings, c.lines,
      exists (
        select from memory.vectors v join memory.spaces s on s.id = v.space where v.unit_id = c.id and s.status = 'active'
      ) as "isEmbedded"
    from memory.chunks c join memory.knowledge_base k on k.id = c.document_id
    where c.id = any(${idsOf(chosen)})`);
  return inOrder(chosen, rows);
}

function inOrder<Row extends { id: string }>(
  chosen: Chosen,
  rows: readonly Row[],
): (Row & { score: number; parts: Chosen[number]['parts'] })[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return chosen.flatMap(({ id, score, parts }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...row, score, parts }];
  });
}
