import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { EmbeddingModel } from '../../contracts/embedding.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { Halfvec, halfvecOf } from './halfvec.ts';

/** Vectors of 20,000 texts take 20 MB for the local model, 120 MB for the largest. */
const ROWS = 20_000;

const Cached = z.object({ hash: z.string(), embedding: Halfvec });

/** Names exactly the text that is embedded. */
export const contentHashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * What was embedded before, by model and by hash of the text. It holds at most `rows` texts, and a twentieth more until it is trimmed: those
 * go first that were not asked for the longest. What another process has its hands on is left alone, so that nobody waits for anybody.
 */
export function createEmbeddingsCache(pool: Pool, { rows = ROWS }: { rows?: number } = {}) {
  const trimEach = Math.max(1, Math.floor(rows / 20));
  let putSinceTrim = 0;

  const trim = async (): Promise<void> => {
    putSinceTrim = 0;
    await pool.query(sql.type(z.object({}))`
      delete from memory.embeddings_cache c using (
        select provider, model, content_hash from memory.embeddings_cache
        where used_at <= (select used_at from memory.embeddings_cache order by used_at desc offset ${rows} limit 1)
        for update skip locked) old
      where c.provider = old.provider and c.model = old.model and c.content_hash = old.content_hash`);
  };

  return {
    /** Vectors by hash, of those that are known. To have been used is noted once an hour, so that reading does not write each time. */
    findEmbeddings: async (
      { provider, model }: EmbeddingModel,
      hashes: readonly string[],
    ): Promise<Map<string, number[]>> => {
      const found = await pool.any(sql.type(Cached)`
        with asked as (select decode(h, 'hex') as hash from unnest(${sql.array(hashes, 'text')}) h),
        stale as (
          select c.content_hash from memory.embeddings_cache c join asked a on c.content_hash = a.hash
          where c.provider = ${provider} and c.model = ${model} and c.used_at < clock_timestamp() - interval '1 hour'
          for update of c skip locked),
        used as (
          update memory.embeddings_cache c set used_at = clock_timestamp() from stale s
          where c.provider = ${provider} and c.model = ${model} and c.content_hash = s.content_hash)
        select encode(c.content_hash, 'hex') as hash, c.embedding::text as embedding
        from asked a join memory.embeddings_cache c
          on c.provider = ${provider} and c.model = ${model} and c.content_hash = a.hash`);
      return new Map(found.map(({ hash, embedding }) => [hash, embedding]));
    },

    putEmbeddings: async (
      { provider, model }: EmbeddingModel,
      embeddings: ReadonlyMap<string, readonly number[]>,
    ): Promise<void> => {
      const hashes = sql.array([...embeddings.keys()], 'text');
      const vectors = sql.array([...embeddings.values()].map(halfvecOf), 'text');
      await pool.query(sql.type(z.object({}))`
        insert into memory.embeddings_cache as c (provider, model, content_hash, embedding)
        select ${provider}, ${model}, decode(hash, 'hex'), embedding::halfvec
        from unnest(${hashes}, ${vectors}) as g (hash, embedding) order by hash
        on conflict (provider, model, content_hash) do update
          set used_at = excluded.used_at, embedding = excluded.embedding`);
      putSinceTrim += embeddings.size;
      if (putSinceTrim >= trimEach) await trim();
    },
  };
}
