import { afterAll, expect, it } from '@jest/globals';

import { EmbeddingModels, EmbeddingSpace } from '../../contracts/embedding.ts';
import { withApi } from '../../testing/api-server.ts';
import { startHttpTarget } from '../../testing/http-target.ts';

const target = await startHttpTarget();
afterAll(() => target.close());
const api = withApi({ env: { OPENAI_COMPATIBLE_BASE_URL: target.url } });

const answerWith = (embedding: number[]): void => {
  target.answer = () => ({ body: { data: [{ index: 0, embedding }] } });
};
const read = async (): Promise<EmbeddingModels> =>
  EmbeddingModels.parse(await api.as.viewer.json('GET', '/embeddings'));
const change = (provider: string, model: string, by: 'admin' | 'editor' = 'admin') =>
  api.as[by].raw('POST', '/embeddings/change', { provider, model });
const detailOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { detail: string }).detail; // A problem has one.

it('shows the model that a house begins with, and what else there is and why not', async () => {
  const { spaces, available } = await read();
  expect(spaces).toMatchObject([
    { provider: 'local', status: 'active', dimensions: 512, progress: { embedded: 0, total: 0 } },
  ]);
  expect(available).toContainEqual(
    expect.objectContaining({
      ...{ provider: 'openai', available: false, reason: expect.stringContaining('OPENAI_API_KEY') },
    }),
  );
});

it('refuses a model that cannot be used, and says why', async () => {
  expect((await change('openai-compatible', 'm', 'editor')).status).toBe(403);
  const unset = await change('ollama', 'nomic-embed-text');
  expect([unset.status, await detailOf(unset)]).toEqual([422, expect.stringContaining('OLLAMA_BASE_URL')]);
  const inUse = await change('local', 'universal-sentence-encoder-lite');
  expect(inUse.status).toBe(409);
  expect((await change('somebody', 'm')).status).toBe(422);
  target.answer = () => ({ status: 401, body: 'bad key' });
  expect((await change('openai-compatible', 'm')).status).toBe(422);
  target.answer = () => ({ status: 503, body: 'busy' });
  expect((await change('openai-compatible', 'm')).status).toBe(503);
  answerWith(Array.from({ length: 4_001 }, () => 1));
  const large = await change('openai-compatible', 'm');
  expect([large.status, await detailOf(large)]).toEqual([422, expect.stringMatching(/4001.*4000/)]);
  expect((await read()).spaces).toHaveLength(1);
});

it('says that a model does not answer, and begins nothing', async () => {
  target.answer = () => new Promise(() => undefined);
  const late = await change('openai-compatible', 'm');
  expect([late.status, await detailOf(late)]).toEqual([503, expect.stringContaining('longer than 10 s')]);
  expect((await read()).spaces).toHaveLength(1);
});

it('begins to fill a space, and pauses, resumes and cancels that', async () => {
  answerWith([3, 4, 0]);
  const response = await change('openai-compatible', 'm');
  expect(response.status).toBe(202);
  const space = EmbeddingSpace.parse(await response.json());
  expect(space).toMatchObject({ model: 'm', dimensions: 3, status: 'building' });
  const second = await change('openai-compatible', 'another');
  expect([second.status, await detailOf(second)]).toEqual([409, expect.stringContaining('"m"')]);
  const step = async (name: string): Promise<unknown> => {
    const stepped = await api.as.admin.raw('POST', `/embeddings/${space.id}/${name}`);
    return stepped.ok ? EmbeddingSpace.parse(await stepped.json()).status : stepped.status;
  };
  expect([await step('pause'), await step('pause')]).toEqual(['paused', 409]);
  expect([await step('resume'), await step('pause'), await step('cancel')]).toEqual([
    'building',
    'paused',
    'retired',
  ]);
  expect([await step('cancel'), await step('resume')]).toEqual([409, 409]);
  const audit = await api.as.admin.json<{ items: { action: string }[] }>('GET', '/audit?limit=10');
  expect(audit.items.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'embeddings:change',
      'embeddings:pause',
      'embeddings:resume',
      'embeddings:cancel',
    ]),
  );
});

it.each([['0'], ['32768'], ['1.5'], ['x'], ['-1'], ['9e99']])('knows no space %s', async (id) => {
  expect((await api.as.admin.raw('POST', `/embeddings/${id}/pause`)).status).toBe(422);
});

it('knows no space that there never was', async () => {
  expect((await api.as.admin.raw('POST', '/embeddings/999/pause')).status).toBe(404);
});
