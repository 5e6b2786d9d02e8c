import { z } from 'zod';

import type { MemoryScope, SearchMode } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';
import type { Candidate } from './fuse.ts';
import { idOfScope } from './memory-writes.ts';
import { parseQuestion } from './question.ts';
import type { Space } from './spaces.ts';
import { listBest } from './text-search.ts';
import { type Asked, listNearest, type ListOptions } from './vector-search.ts';
import type { Walled } from './walls.ts';

/** What is looked for. Without a vector it is looked for by words. */
export interface Question {
  text: string;
  mode: SearchMode;
  vector: { space: Space; embedding: readonly number[] } | null;
}

/** What is searched, and what narrows it beside the walls. */
export interface Selection extends Pick<Asked, 'kinds' | 'tags' | 'documentId'> {
  source: 'memory' | 'knowledge';
  scope: MemoryScope | undefined;
  /** Of results. */
  limit: number;
}

/** Bounds of the work: up to so many rows everything is compared, and of a word so many rows are looked at. */
export interface SearchBounds {
  vectors: number;
  rowsOfWord: number;
}

const Known = z.object({ id: z.string(), ageDays: z.number(), importance: z.number().nullable() });

/**
 * So many of each list are fused: deep enough for the other list, recency and importance to change the order of what is asked for. A list that
 * stands alone is not that deep, for depth is what costs where little of what is near may be seen.
 */
const depthOf = (limit: number, lists: 1 | 2): number => Math.max(lists === 1 ? 30 : 50, 2 * limit);

/** What is nearest and what holds the words best, each with its places in both lists. */
export async function candidatesOf(
  walled: Walled,
  { text, mode, vector }: Question,
  { source, scope, limit, ...narrowed }: Selection,
  bounds: SearchBounds,
): Promise<Candidate[]> {
  const { words, phrases, excluded } = parseQuestion(text);
  const scopeId = scope === undefined ? {} : { scopeId: idOfScope(scope) };
  const options: ListOptions = {
    source,
    asked: { ...narrowed, ...scopeId, phrases, excluded },
    depth: depthOf(limit, mode === 'hybrid' && vector !== null ? 2 : 1),
  };
  const near = vector === null ? [] : await listNearest(walled, vector, options, bounds.vectors);
  const best =
    vector !== null && mode === 'vector' ? [] : await listBest(walled, words, options, bounds.rowsOfWord);
  const nearest = new Map(near.map(({ id, similarity }, at) => [id, { similarity, vectorRank: at + 1 }]));
  const textRanks = new Map(best.map(({ id }, at) => [id, at + 1]));
  const known = await readKnown(walled, source, [...new Set([...nearest.keys(), ...textRanks.keys()])]);
  return known.map((one) => ({
    ...one,
    similarity: nearest.get(one.id)?.similarity ?? null,
    vectorRank: nearest.get(one.id)?.vectorRank ?? null,
    textRank: textRanks.get(one.id) ?? null,
  }));
}

/** Under the walls, whatever gave the ids. */
function readKnown(
  walled: Walled,
  source: Selection['source'],
  ids: readonly string[],
): Promise<readonly z.infer<typeof Known>[]> {
  const age = sql.fragment`(extract(epoch from now() - u.created_at) / 86400)::double precision as "ageDays"`;
  const chosen = sql.array([...ids], 'uuid');
  return source === 'memory'
    ? walled.any(sql.type(Known)`
        select u.id, ${age}, u.importance::double precision as importance from memory.memories u where u.id = any(${chosen})`)
    : walled.any(sql.type(Known)`
        select u.id, ${age}, null::double precision as importance from memory.chunks u where u.id = any(${chosen})`);
}
