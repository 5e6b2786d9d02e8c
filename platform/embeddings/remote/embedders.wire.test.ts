import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  type Answer,
  cut,
  type ProviderServer,
  silence,
  startProviderServer,
  status,
} from '../../../activities/model/wire/provider-server.ts';
import type { EmbeddingProvider } from '../../../contracts/embedding.ts';
import { createEmbedders } from '../embedders.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

/** How each provider's format says the same thing. */
interface Format {
  provider: EmbeddingProvider;
  config: (url: string) => Record<string, string>;
  path: string;
  answer: (vectors: unknown[]) => Answer;
}

const openAiAnswer: Format['answer'] = (vectors) =>
  status(
    200,
    // The order is told by the index, not by the place.
    JSON.stringify({ data: vectors.map((embedding, index) => ({ index, embedding })).toReversed() }),
  );
const formats: Format[] = [
  {
    ...{ provider: 'openai', path: '/v1/embeddings', answer: openAiAnswer },
    config: (url) => ({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${url}/v1` }),
  },
  {
    ...{ provider: 'openai-compatible', path: '/own/embeddings', answer: openAiAnswer },
    config: (url) => ({ OPENAI_COMPATIBLE_BASE_URL: `${url}/own/`, OPENAI_COMPATIBLE_API_KEY: 'sk-test' }),
  },
  {
    ...{ provider: 'ollama', path: '/api/embed', config: (url) => ({ OLLAMA_BASE_URL: url }) },
    answer: (vectors) => status(200, JSON.stringify({ embeddings: vectors })),
  },
];

describe.each(formats)('$provider', ({ provider, config, path, answer }) => {
  const embedderWith = (timeoutMs = 5_000) =>
    createEmbedders(config(server.url), { threads: [], timeoutMs }).embedderOf({ provider, model: 'm-1' });
  const embed = (texts: string[], timeoutMs?: number) => embedderWith(timeoutMs).embed(texts);

  it('asks for all texts at once, under the key, and gives vectors of unit length in their order', async () => {
    server.answerWith(
      answer([
        [3, 4],
        [0, 2],
      ]),
    );
    const vectors = await embedderWith().embed(['one', 'two'], { idempotencyKey: 'document/1/0' });
    expect(vectors).toEqual([
      [0.6, 0.8],
      [0, 1],
    ]);
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path, body: { model: 'm-1', input: ['one', 'two'] } });
    expect(request?.headers['idempotency-key']).toBe('document/1/0');
    expect(request?.headers.authorization).toBe(provider === 'ollama' ? undefined : 'Bearer sk-test');
  });

  it('shares many texts out to requests with keys of their own', async () => {
    server.answerWith((response, request) => {
      const { input } = request.body;
      answer((Array.isArray(input) ? input : []).map(() => [1, 0]))(response, request);
    });
    const vectors = await embedderWith().embed(
      Array.from({ length: 300 }, (_, at) => `text ${at}`),
      { idempotencyKey: 'k' },
    );
    expect(vectors).toHaveLength(300);
    expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['k/0', 'k/1', 'k/2']);
  });

  it('refuses a text without content before anybody is asked', async () => {
    server.answerWith(answer([[1]]));
    await expect(embed(['one', ' \n'])).rejects.toMatchObject({ type: 'InvalidInput' });
    expect(server.requests).toHaveLength(0);
  });

  it.each<[string, Answer, object]>([
    [
      'too many requests',
      status(429, '{"error":"slow down"}', { 'retry-after': '7' }),
      { type: 'Unavailable', retryAfterMs: 7_000 },
    ],
    ['a failing server', status(503, 'busy'), { type: 'Unavailable', retryAfterMs: undefined }],
    ['a key that is not taken', status(401, 'no'), { type: 'InvalidInput' }],
    ['a model that it does not have', status(404, 'no such model'), { type: 'InvalidInput' }],
    ['a text that is too long', status(400, 'too long'), { type: 'InvalidInput' }],
    ['a connection that breaks', cut(['{"embeddings": [[1']), { type: 'Unavailable' }],
    ['what is no JSON', status(200, '<html>'), { type: 'Unavailable' }],
    ['NaN, which is no JSON', status(200, '{"embeddings":[[NaN]]}'), { type: 'Unavailable' }],
    ['another shape', status(200, '{"vectors":[]}'), { type: 'Unavailable' }],
    ['too few vectors', answer([]), { type: 'Unavailable' }],
    ['too many vectors', answer([[1], [1]]), { type: 'Unavailable' }],
    ['a vector of zeros', answer([[0, 0]]), { type: 'Unavailable' }],
    ['a vector without numbers', answer([[]]), { type: 'Unavailable' }],
    ['null in a vector', answer([[1, null]]), { type: 'Unavailable' }],
    ['a redirection', status(302, '', { location: 'http://127.0.0.1:1/' }), { type: 'Unavailable' }],
  ])('says in the words of the house that it got %s', async (_, said, failure) => {
    server.answerWith(said);
    await expect(embed(['one'])).rejects.toMatchObject({ name: 'GatheringFailure', ...failure });
    expect(server.requests).toHaveLength(1);
  });

  it('refuses vectors of different lengths', async () => {
    server.answerWith(answer([[1], [1, 2]]));
    await expect(embed(['one', 'two'])).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('different lengths: 1, 2'),
    });
  });

  it('refuses a number that is too large to be one', async () => {
    const text =
      provider === 'ollama' ? '{"embeddings":[[1e999]]}' : '{"data":[{"index":0,"embedding":[1e999]}]}';
    server.answerWith(status(200, text));
    await expect(embed(['one'])).rejects.toMatchObject({ type: 'Unavailable' });
  });

  it('gives up on a provider that does not answer', async () => {
    server.answerWith(silence);
    await expect(embed(['one'], 100)).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('within 100 ms'),
    });
  });

  it('ends the request when it is given up', async () => {
    const controller = new AbortController();
    server.answerWith(() => controller.abort(new Error('given up')));
    await expect(embedderWith().embed(['one'], { signal: controller.signal })).rejects.toThrow('given up');
    expect(await server.requests[0]?.closed).toBe('aborted');
  });

  it('says that nobody answers at its address', async () => {
    const [variable = ''] = Object.keys(config('')).filter((name) => name.endsWith('_URL'));
    const elsewhere = { ...config(server.url), [variable]: 'http://127.0.0.1:1' };
    const embedder = createEmbedders(elsewhere, { threads: [] }).embedderOf({ provider, model: 'm-1' });
    await expect(embedder.embed(['one'])).rejects.toMatchObject({ type: 'Unavailable' });
  });
});

it('says which setting a provider lacks, in the list too', () => {
  const embedders = createEmbedders({}, { threads: [] });
  expect(() => embedders.embedderOf({ provider: 'openai', model: 'm' })).toThrow('OPENAI_API_KEY');
  expect(() => embedders.embedderOf({ provider: 'local', model: 'another' })).toThrow(
    'universal-sentence-encoder-lite',
  );
  const list = embedders.list();
  expect(list.filter(({ available }) => available).map(({ provider }) => provider)).toEqual(['local']);
  expect(list.find(({ provider }) => provider === 'ollama')?.reason).toContain('OLLAMA_BASE_URL');
});
