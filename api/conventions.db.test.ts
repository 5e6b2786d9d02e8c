import { describe, expect, it } from '@jest/globals';

import { Problem } from '../contracts/problem.ts';
import { withApi } from '../testing/api-server.ts';

const api = withApi();

const anAgent = (over: object = {}) => ({
  name: 'Ada',
  role: 'Reads',
  provider: 'demo',
  model: 'demo',
  ...over,
});
const aPipeline = (name: string) => ({
  name,
  nodes: [{ id: 'one', type: 'transform', config: { expression: '1' } }],
});

/** Sends bytes as they are. */
const send = async (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = '/agents',
): Promise<Response> => {
  const { accessToken } = await token();
  return fetch(`${api.url}/api${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', ...headers },
    body,
  });
};
let session: Promise<{ accessToken: string }> | undefined;
const token = (): Promise<{ accessToken: string }> =>
  (session ??= fetch(`${api.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@example.com', password: 'correct horse battery' }),
  }).then((response) => response.json() as Promise<{ accessToken: string }>)); // The API's contract.

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  return problem;
};

describe('a body', () => {
  it('that is not JSON is refused with 400', async () => {
    for (const text of ['{"name":', '', '{name: 1}', 'null,']) {
      const response = await send(text === '' ? ' ' : text);
      expect([text, (await problemOf(response)).status]).toEqual([text, 400]);
    }
  });

  it('that is not UTF-8 is refused with 400', async () => {
    const bytes = Buffer.concat([Buffer.from('{"name":"'), Buffer.of(0xff, 0xc3, 0x28), Buffer.from('"}')]);
    expect((await problemOf(await send(bytes))).status).toBe(400);
  });

  it('that is too large is refused with 413, when it says so and when it does not', async () => {
    const large = `"${'x'.repeat(1_100_000)}"`;
    expect((await problemOf(await send(large))).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(large));
        controller.close();
      },
    });
    const { accessToken } = await token();
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    };
    expect((await fetch(`${api.url}/api/agents`, init)).status).toBe(413);
  });

  it('of another type, charset or encoding is refused with 415', async () => {
    const text = JSON.stringify(anAgent());
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-encoding': 'lzma' },
    ]) {
      expect((await problemOf(await send(text, headers))).status).toBe(415);
    }
  });

  it('that breaks its contract is refused with 422, naming every culprit at once', async () => {
    const body = { name: '', provider: 'none', limits: { maxSteps: 0, extra: 1 }, surprise: 1, two: 2 };
    const problem = await problemOf(await send(JSON.stringify(body)));
    expect(problem.status).toBe(422);
    expect(problem.errors.map(({ path }) => path).sort()).toEqual(
      [
        'limits.extra',
        'limits.maxSteps',
        'model',
        'name',
        'name',
        'provider',
        'role',
        'surprise',
        'two',
      ].sort(),
    );
  });

  it('that gives an agent tools which there are not is refused with 422, naming each', async () => {
    const tools = ['calculator', 'calculater', 'http_request', 'telepathy'];
    const problem = await problemOf(await send(JSON.stringify(anAgent({ tools }))));
    expect([problem.status, problem.errors.map(({ path }) => path)]).toEqual([422, ['tools.1', 'tools.3']]);
  });

  it('that nothing could store is refused with 422, naming where', async () => {
    const bad = anAgent({ instructions: 'a\u0000b', role: 'half \ud83d' });
    expect((await problemOf(await send(JSON.stringify(bad)))).errors.map(({ path }) => path).sort()).toEqual([
      'instructions',
      'role',
    ]);
  });

  it('that is nested a hundred thousand levels deep is refused, not followed', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await problemOf(await send(deep))).status).toBe(422);
    expect((await problemOf(await send(`{"input":${deep}}`, {}, '/pipelines/none/runs'))).status).toBe(422);
  });

  it('may name __proto__ and constructor without harm', async () => {
    const response = await send(
      '{"name":"P","role":"r","provider":"demo","model":"m","__proto__":{"admin":true},"constructor":1}',
    );
    expect((await problemOf(response)).status).toBe(422);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    const input = await send('{"input":{"at":{"__proto__":1}}}', {}, '/pipelines/none/runs');
    expect((await problemOf(input)).errors.map(({ path }) => path)).toEqual(['input.at.__proto__']);
  });
});

describe('an address', () => {
  it('that leads nowhere is 404, a method that it does not take 405', async () => {
    expect((await problemOf(await api.as.admin.raw('GET', '/nothing'))).status).toBe(404);
    expect((await problemOf(await fetch(`${api.url}/nothing.js`))).status).toBe(404);
    const response = await api.as.admin.raw('PATCH', '/agents');
    expect([(await problemOf(response)).status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('with an id that cannot exist is 404', async () => {
    for (const id of [
      'x',
      '%00',
      '01890000-0000-7000-8000-000000000000',
      "'; drop table agent.agents; --",
      '%ff',
      '..%2f..',
    ]) {
      const response = await api.as.admin.raw('GET', `/agents/${id}`);
      expect([id, [400, 404].includes((await problemOf(response)).status)]).toEqual([id, true]);
    }
    expect((await api.as.admin.raw('DELETE', '/users/x')).status).toBe(404);
    expect((await api.as.admin.raw('GET', '/runs/x')).status).toBe(404);
  });

  it('with a query that its contract does not know is 422', async () => {
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=x',
      'page=2',
      'limit=1&limit=2',
      'cursor=nonsense',
      'cursor=%00',
    ]) {
      expect([query, (await problemOf(await api.as.admin.raw('GET', `/agents?${query}`))).status]).toEqual([
        query,
        422,
      ]);
    }
    expect((await problemOf(await api.as.admin.raw('GET', '/runs?status=running,odd'))).status).toBe(422);
    expect((await problemOf(await api.as.admin.raw('GET', '/runs?pipelineId=x'))).status).toBe(422);
  });
});

describe('a request id', () => {
  it('is echoed when it is 1–128 printable characters, else made', async () => {
    const idOf = async (id: string): Promise<string | null> =>
      (await fetch(`${api.url}/health`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idOf('my request 1')).toBe('my request 1');
    expect(await idOf('x'.repeat(128))).toBe('x'.repeat(128));
    for (const id of ['', 'x'.repeat(129), 'é']) expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('an Idempotency-Key', () => {
  const post = (key: string, body: object): Promise<Response> =>
    api.as.admin.raw('POST', '/agents', body, { 'idempotency-key': key });

  it('makes a thing once, and answers the same each time', async () => {
    const first = await post('once', anAgent({ name: 'Once' }));
    const second = await post('once', anAgent({ name: 'Once' }));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await second.json()).toEqual(await first.json());
  });

  it('holds for requests that race', async () => {
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => post('race', anAgent({ name: 'Race' }))),
    );
    const bodies = (await Promise.all(responses.map((response) => response.json()))) as { id: string }[]; // Agents.
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 201));
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
    expect(responses.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(5);
  });

  it('is refused with another body, and is free again after a refusal', async () => {
    await post('body', anAgent({ name: 'Body' }));
    expect((await problemOf(await post('body', anAgent({ name: 'Else' })))).status).toBe(409);
    expect((await problemOf(await post('taken', anAgent({ name: 'Body' })))).status).toBe(409);
    expect((await post('taken', anAgent({ name: 'Free' }))).status).toBe(201);
    expect((await problemOf(await post('x'.repeat(256), anAgent({ name: 'Key' })))).status).toBe(422);
  });

  it('gives what it made also where that would be refused by now', async () => {
    const ask = (): Promise<Response> =>
      api.as.editor.raw(
        'POST',
        '/pipelines',
        {
          name: 'with a guest',
          nodes: [{ id: 'one', type: 'agent', config: { agent: 'Guest', prompt: 'Hello' } }],
        },
        { 'idempotency-key': 'guest' },
      );
    await api.as.editor.json('POST', '/agents', anAgent({ name: 'Guest' }));
    const first = (await (await ask()).json()) as { id: string }; // A pipeline.
    await api.as.editor.raw('DELETE', '/agents/Guest', undefined, { 'if-match': '*' });
    const again = await ask();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await again.json()).toMatchObject({ id: first.id });
    const publish = (): Promise<Response> =>
      api.as.editor.raw('POST', `/pipelines/${first.id}/publish`, undefined, { 'idempotency-key': 'now' });
    expect((await problemOf(await publish())).status).toBe(422);
  });

  it('belongs to its user', async () => {
    await post('mine', anAgent({ name: 'Mine' }));
    const theirs = await api.as.editor.raw('POST', '/agents', anAgent({ name: 'Theirs' }), {
      'idempotency-key': 'mine',
    });
    expect([theirs.status, theirs.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });
});

describe('a definition', () => {
  it('is changed only by those who saw its last version', async () => {
    const made = await api.as.editor.raw('POST', '/pipelines', aPipeline('versions'));
    const { id } = (await made.json()) as { id: string }; // A pipeline.
    const change = (headers: Record<string, string>): Promise<Response> =>
      api.as.editor.raw('PUT', `/pipelines/${id}`, aPipeline('versions'), headers);
    expect(made.headers.get('etag')).toBe('"1"');
    expect((await problemOf(await change({}))).status).toBe(428);
    const changed = await change({ 'if-match': '"1"' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    for (const tag of ['"1"', 'W/"2"', 'nonsense', '"99999999999999999999"']) {
      const stale = await change({ 'if-match': tag });
      expect([(await problemOf(stale)).status, stale.headers.get('etag')]).toEqual([412, '"2"']);
    }
    expect((await change({ 'if-match': '*' })).status).toBe(200);
    expect((await api.as.editor.raw('GET', `/pipelines/${id}`)).headers.get('etag')).toBe('"3"');
    expect((await problemOf(await api.as.editor.raw('DELETE', `/pipelines/${id}`))).status).toBe(428);
    expect(
      (await api.as.editor.raw('DELETE', `/pipelines/${id}`, undefined, { 'if-match': '"3"' })).status,
    ).toBe(204);
    expect((await problemOf(await change({ 'if-match': '*' }))).status).toBe(404);
  });
});

describe('the whole', () => {
  it('describes every route in OpenAPI 3.1, with a page to read it', async () => {
    const document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: object;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/auth/login', '/api/pipelines/{id}/runs', '/api/runs/{id}/files/{path}']),
    );
    const page = await fetch(`${api.url}/api/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    for (const file of ['assets/swagger-ui-bundle.js', 'assets/swagger-ui.css', 'page.js']) {
      expect((await fetch(`${api.url}/api/docs/${file}`)).status).toBe(200);
    }
  });

  it('lets no page of elsewhere run in ours', async () => {
    const { headers } = await fetch(`${api.url}/health`);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(
      (await fetch(`${api.url}/health`, { headers: { origin: 'https://evil.example' } })).headers.get(
        'access-control-allow-origin',
      ),
    ).toBeNull();
  });

  it('says nothing of its inside in an answer, and was never wrong', () => {
    expect(api.complaints).toEqual([]);
  });
});
