import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { EmbeddingModels } from '../../contracts/embedding.ts';
import { EVERYWHERE, MemorySearchResult } from '../../contracts/memory.ts';
import { withinWalls } from '../../store/memory/walls.ts';
import { openPool, sql } from '../../store/pool.ts';
import { type ApiClient, signIn } from '../../testing/api-client.ts';
import { type HttpTarget, startHttpTarget } from '../../testing/http-target.ts';
import { prepareHouse } from '../../testing/prepare-house.ts';
import { type Product, startProduct } from '../../testing/product.ts';
import { eventually } from '../../testing/test-server.ts';

const FACTS = 200;
/** In batches of 64, the one in the middle of which the worker is killed. */
const HELD = 2;
const Question = z.object({ input: z.array(z.string()) });

let target: HttpTarget;
let product: Product;
/** The texts that were asked for under each key, in order. */
const asked = new Map<string, string[][]>();
const held = Promise.withResolvers<unknown>();
const reached = Promise.withResolvers<unknown>();

beforeAll(async () => {
  target = await startHttpTarget();
  target.answer = async ({ body, headers }) => {
    const { input } = Question.parse(JSON.parse(body));
    const key = headers['idempotency-key'];
    if (typeof key === 'string') {
      asked.set(key, [...(asked.get(key) ?? []), input]);
      if (asked.size === HELD) {
        reached.resolve('');
        await held.promise;
      }
    }
    return { body: { data: input.map((text, index) => ({ index, embedding: [text.length, 1, 0] })) } };
  };
  product = await startProduct({
    database: 'postgres',
    env: { OPENAI_COMPATIBLE_BASE_URL: target.url },
    prepare: prepareHouse,
  });
}, 180_000);
afterAll(async () => {
  held.resolve('');
  await product.stop();
  await target.close();
});

/** Facts that nobody has embedded yet. */
async function insertFacts(): Promise<void> {
  const ids = Array.from({ length: FACTS }, () => uuid());
  const pool = await openPool({
    databaseUrl: product.env['DATABASE_URL'] ?? '',
    embedded: false,
    min: 0,
    max: 1,
  });
  await withinWalls(pool, { kind: 'house' }, (walled) =>
    walled.query(sql.type(z.object({}))`
      insert into memory.memories (id, chain, kind, scope_kind, scope_id, audience, content, author_kind, author_name)
      select id, id, 'fact', 'global', ${EVERYWHERE}, ${EVERYWHERE}, 'Fact ' || n || '.', 'house', 'house'
      from unnest(${sql.array(ids, 'uuid')}) with ordinality facts (id, n)`),
  );
  await pool.end();
}

const remember = (api: ApiClient, content: string): Promise<unknown> =>
  api.json('POST', '/memories', { content, scope: { kind: 'global' } });
const searchOf = async (
  api: ApiClient,
  query: string,
): Promise<{ model: string; first: string | undefined }> => {
  const answer = await api.json('POST', '/memories/search', { query, mode: 'vector', limit: 1 });
  const { items, summary } = MemorySearchResult.parse(answer);
  return { model: summary.model, first: items[0]?.content };
};
const spacesOf = async (api: ApiClient): Promise<EmbeddingModels['spaces']> =>
  EmbeddingModels.parse(await api.json('GET', '/embeddings')).spaces;

it('a change of the model survives the death of its worker: the old one serves until then, and nothing is embedded twice but what was under way', async () => {
  const api = await signIn(product.url);
  const capital = 'Paris is the capital of France.';
  await remember(api, capital);
  const before = await searchOf(api, 'What is the capital of France?');
  expect(before.first).toBe(capital);
  await insertFacts();

  await api.json('POST', '/embeddings/change', { provider: 'openai-compatible', model: 'm' });
  await reached.promise;
  expect(await searchOf(api, 'What is the capital of France?')).toEqual(before);
  await remember(api, 'This came while the space was being filled.');
  await product.worker.kill9();
  held.resolve('');
  await product.worker.restart();

  const [active, old] = await eventually(async () => {
    const spaces = await spacesOf(api);
    if (spaces[0]?.model !== 'm' || (spaces[1]?.progress.embedded ?? 1) > 0) throw new Error('not yet');
    return spaces;
  });
  const total = FACTS + 2;
  expect(active).toMatchObject({ status: 'active', error: null, progress: { embedded: total, total } });
  expect(old).toMatchObject({ status: 'retired' });
  expect((await searchOf(api, 'x')).model).toContain('m');

  const texts = [...asked.values()].flatMap(([first = []]) => first);
  expect(new Set(texts).size).toBe(total);
  expect(texts).toHaveLength(total);
  const again = [...asked.values()].filter((requests) => requests.length > 1);
  expect(again).toHaveLength(1);
  for (const [first, ...others] of again) for (const other of others) expect(other).toEqual(first);
}, 180_000);
