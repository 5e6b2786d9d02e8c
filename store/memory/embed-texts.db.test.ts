import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { EVERYWHERE } from '../../contracts/memory.ts';
import type { Embedders, EmbedOptions } from '../../platform/embeddings/index.ts';
import { withPool } from '../../testing/shared-servers.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { createEmbedTexts } from './embed-texts.ts';
import { createSpaces } from './spaces.ts';
import { putVectors } from './vectors.ts';
import { withinWalls } from './walls.ts';

/** Gives each text a vector of its own, and keeps what it was asked. */
function countingEmbedders(dimensions = 512) {
  const asked: { texts: readonly string[]; options: EmbedOptions | undefined }[] = [];
  const embedders: Pick<Embedders, 'embedderOf'> = {
    embedderOf: (model) => ({
      model,
      embed: (texts, options) => {
        asked.push({ texts, options });
        return Promise.resolve(
          texts.map((text) => Array.from({ length: dimensions }, (_, at) => (at === text.length ? 1 : 0))),
        );
      },
    }),
  };
  return { asked, embedders };
}

const peak = (vector: readonly number[] = []): number => vector.indexOf(Math.max(...vector));

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  withPool(kind, (opened) => {
    pool = opened;
  });

  it('makes one active space, whoever asks for it first', async () => {
    const spaces = await Promise.all(Array.from({ length: 6 }, () => createSpaces(pool).getActiveSpace()));
    expect(new Set(spaces.map(({ id }) => id)).size).toBe(1);
    expect(spaces[0]).toMatchObject({ provider: 'local', dimensions: 512 });
    const indexes = await pool.any(
      sql.type(z.object({ name: z.string() }))`
        select indexname as name from pg_indexes where schemaname = 'memory' and indexname like 'vectors_nearest_%' order by 1`,
    );
    expect(indexes.map(({ name }) => name)).toEqual(
      ['knowledge', 'memory'].map((source) => `vectors_nearest_${spaces[0]?.id ?? 0}_${source}`),
    );
  });

  it('embeds each text once, and gives the vectors in the order in which they were asked for', async () => {
    const { asked, embedders } = countingEmbedders();
    const embedTexts = createEmbedTexts({ pool, spaces: createSpaces(pool), embedders });
    const first = await embedTexts(['one', 'three', 'one'], { idempotencyKey: 'a-key' });
    const second = await embedTexts(['three', 'twelve']);
    expect([first, second].map(({ vectors }) => vectors.map(peak))).toEqual([
      [3, 5, 3],
      [5, 6],
    ]);
    expect(asked.map(({ texts }) => texts)).toEqual([['one', 'three'], ['twelve']]);
    expect(asked[0]?.options?.idempotencyKey).toBe('a-key');
  });

  it('does not take for a model what another one made', async () => {
    const { asked, embedders } = countingEmbedders();
    const spaces = createSpaces(pool);
    const embedTexts = createEmbedTexts({ pool, spaces, embedders });
    const space = await spaces.getActiveSpace();
    await embedTexts(['shared'], { space });
    await embedTexts(['shared'], { space: { ...space, model: 'another' } });
    expect(asked).toHaveLength(2);
  });

  it('refuses a vector of another length, naming both, and keeps nothing of it', async () => {
    const { embedders } = countingEmbedders(300);
    const embedTexts = createEmbedTexts({ pool, spaces: createSpaces(pool), embedders });
    await expect(embedTexts(['too short'])).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/300.*512/),
    });
    const right = countingEmbedders();
    await createEmbedTexts({ pool, spaces: createSpaces(pool), embedders: right.embedders })(['too short']);
    expect(right.asked).toHaveLength(1);
  });

  it('keeps so many texts and no more: those that were used last', async () => {
    const { asked, embedders } = countingEmbedders();
    const embedTexts = createEmbedTexts({ pool, spaces: createSpaces(pool), embedders, cacheRows: 20 });
    for (let at = 0; at < 40; at++) await embedTexts(['x'.repeat(at + 1)]);
    const [kept] = await pool.any(
      sql.type(z.object({ count: z.number() }))`select count(*) as count from memory.embeddings_cache`,
    );
    expect(kept?.count).toBeLessThanOrEqual(20);
    asked.length = 0;
    await embedTexts(['x'.repeat(40), 'x'.repeat(1)]);
    expect(asked.map(({ texts }) => texts)).toEqual([['x']]);
  });

  it('stores vectors of what there is, with its walls, and takes no notice of what is gone', async () => {
    const space = await createSpaces(pool).getActiveSpace();
    const id = '01890000-0000-7000-8000-000000000001';
    const embedding = Array.from({ length: 512 }, (_, at) => (at === 0 ? 1 : 0));
    await withinWalls(pool, { kind: 'house' }, async (walled) => {
      await walled.query(sql.type(z.object({}))`
        insert into memory.memories (id, chain, kind, scope_kind, scope_id, audience, content, author_kind, author_name)
        values (${id}, ${id}, 'fact', 'global', ${EVERYWHERE}, ${id}, 'A fact.', 'house', 'house')`);
      const gone = '01890000-0000-7000-8000-000000000002';
      for (const unitId of [id, gone, id])
        await putVectors(walled, space, [{ unitId, source: 'memory', embedding }]);
    });
    const stored = await pool.any(
      sql.type(z.object({ id: z.string(), audience: z.string() }))`
        select unit_id as id, audience from memory.vectors`,
    );
    expect(stored).toEqual([{ id, audience: id }]);
  });
});
