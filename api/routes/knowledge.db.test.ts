import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { DOCUMENT_LIMIT_BYTES, type KnowledgeDocument } from '../../contracts/knowledge.ts';
import type { Problem } from '../../contracts/problem.ts';
import type { Role } from '../../contracts/user.ts';
import { withApi } from '../../testing/api-server.ts';
import { eventually } from '../../testing/test-server.ts';

describe.each(['postgres', 'pglite'] as const)('documents on %s', (kind) => {
  const api = withApi({ kind });

  interface Upload {
    bytes?: string | Uint8Array<ArrayBuffer>;
    name?: string;
    fields?: Record<string, string>;
    as?: Role;
    headers?: Record<string, string>;
    method?: string;
    path?: string;
  }
  const send = ({
    bytes = 'text',
    name = 'notes.md',
    fields = {},
    as = 'operator',
    ...more
  }: Upload): Promise<Response> => {
    const body = new FormData();
    for (const [field, value] of Object.entries(fields)) body.set(field, value);
    body.set('file', new Blob([bytes], { type: 'text/markdown' }), name);
    return fetch(`${api.url}/api${more.path ?? '/knowledge/documents'}`, {
      method: more.method ?? 'POST',
      headers: { authorization: `Bearer ${api.as[as].token}`, ...more.headers },
      body,
    });
  };
  const upload = async (given: Upload): Promise<KnowledgeDocument> => {
    const response = await send(given);
    const text = await response.text();
    if (response.status !== 202) throw new Error(`${String(response.status)} ${text}`);
    return JSON.parse(text) as KnowledgeDocument; // The API's contract.
  };
  const problemOf = async (response: Response): Promise<Problem> => (await response.json()) as Problem; // likewise
  const fresh = (): string => `# Notes\n\nOf ${uuid()}.`;

  it('are accepted, listed, given back as they were, and deleted', async () => {
    const text = fresh();
    const document = await upload({ bytes: text, name: 'Ümläut notes.md' });
    expect(document).toMatchObject({
      ...{ name: 'Ümläut notes.md', scope: { kind: 'global' }, audience: { kind: 'everyone' }, version: 1 },
      ...{
        format: 'markdown',
        mediaType: 'text/markdown',
        bytes: Buffer.byteLength(text),
        createdBy: 'operator@example.com',
      },
    });
    const listed = await api.as.viewer.json<{ items: KnowledgeDocument[] }>(
      'GET',
      '/knowledge/documents?q=ümläut',
    );
    expect(listed.items.map(({ id }) => id)).toEqual([document.id]);
    const content = await api.as.viewer.raw('GET', `/knowledge/documents/${document.id}/content`);
    expect(content.headers.get('content-type')).toContain('application/octet-stream');
    expect(content.headers.get('content-disposition')).toContain('attachment');
    expect(content.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await content.text()).toBe(text);
    expect((await api.as.operator.raw('DELETE', `/knowledge/documents/${document.id}`)).status).toBe(204);
    for (const path of ['', '/chunks', '/content'])
      expect((await api.as.viewer.raw('GET', `/knowledge/documents/${document.id}${path}`)).status).toBe(404);
  });

  it('of several pieces come back byte by byte', async () => {
    const bytes = new Uint8Array(2_000_000).map((_, at) => 32 + ((at * 7919) % 90));
    const { id } = await upload({ bytes, name: 'large.txt' });
    const content = await api.as.viewer.raw('GET', `/knowledge/documents/${id}/content`);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('whose content is there already are the ones that are there, in each scope', async () => {
    const text = fresh();
    const first = await upload({ bytes: text });
    const again = await upload({ bytes: text, name: 'other.md' });
    expect(again).toMatchObject({ id: first.id, name: 'notes.md', version: 1 });
    const circle = await api.as.editor.json<{ id: string }>('POST', '/circles', {
      ...{ name: `circle ${uuid()}`, description: '', mode: 'round_robin', visibility: 'everyone' },
    });
    const scope = JSON.stringify({ kind: 'circle', id: circle.id });
    const there = await upload({ bytes: text, fields: { scope } });
    expect(there.id).not.toBe(first.id);
    expect(there.audience).toMatchObject({ kind: 'circle', id: circle.id });
  });

  it('are made once for an Idempotency-Key, which names one upload', async () => {
    const headers = { 'idempotency-key': uuid() };
    const text = fresh();
    const first = await send({ bytes: text, headers });
    const again = await send({ bytes: text, headers });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const [one, other] = (await Promise.all([first.json(), again.json()])) as KnowledgeDocument[]; // The API's contract.
    expect(other?.id).toBe(one?.id);
    expect((await send({ bytes: fresh(), headers })).status).toBe(409);
  });

  it('are made once for a key however many ask at once, and not again after they were deleted', async () => {
    const headers = { 'idempotency-key': uuid() };
    const text = fresh();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => send({ bytes: text, headers })));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
    const replayed = answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true');
    expect(replayed).toHaveLength(5);
    const ids = await Promise.all(answers.map(async (one) => ((await one.json()) as KnowledgeDocument).id)); // The API's contract.
    expect(new Set(ids).size).toBe(1);
    await api.as.operator.raw('DELETE', `/knowledge/documents/${String(ids[0])}`);
    const later = await send({ bytes: text, headers });
    expect(later.status).toBe(409);
    expect((await problemOf(later)).detail).toContain('which was deleted since');
  });

  it('of one key are those of one upload, where several come at once', async () => {
    const headers = { 'idempotency-key': uuid() };
    const answers = await Promise.all([1, 2, 3].map(() => send({ bytes: fresh(), headers })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
  });

  it('are taken however many others do not come to their end', async () => {
    const closing = new AbortController();
    const stalled = Array.from({ length: 12 }, async () => {
      const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nab';
      const response = await fetch(`${api.url}/api/knowledge/documents`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${api.as.operator.token}`,
          'content-type': 'multipart/form-data; boundary=x',
        },
        body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from(head)) }),
        ...{ duplex: 'half', signal: closing.signal },
      });
      return response.status;
    });
    await eventually(async () => {
      const open = await new Promise<number>((resolve) => {
        api.api.server.getConnections((_, count) => resolve(count));
      });
      expect(open).toBeGreaterThanOrEqual(12);
    });
    const { id } = await upload({ bytes: fresh() });
    await upload({ bytes: fresh(), method: 'PUT', path: `/knowledge/documents/${id}` });
    closing.abort();
    const ends = await Promise.allSettled(stalled);
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(api.complaints).toEqual([]);
  });

  it('get another name as their next version, unless it is the same', async () => {
    const text = fresh();
    const { id } = await upload({ bytes: text, name: 'walrus.md' });
    const renamed = { bytes: text, name: 'ostrich.md', method: 'PUT', path: `/knowledge/documents/${id}` };
    expect(await upload(renamed)).toMatchObject({ id, name: 'ostrich.md', version: 2, status: 'queued' });
    expect(await upload(renamed)).toMatchObject({ id, name: 'ostrich.md', version: 2 });
  });

  it.each([
    ['a line break', 'a\nb.md'],
    ['a control', 'a\u0007.md'],
    ['a turn of its direction', 'in\u202etxt.exe.md'],
    ['what was no UTF-8', 'a\ufffd.md'],
    ['nothing to see', '\u200b'],
  ])('whose name holds %s are refused', async (_, name) => {
    const { status, errors } = await problemOf(await send({ bytes: fresh(), fields: { name } }));
    expect([status, errors.map(({ path }) => path)]).toEqual([422, ['name']]);
  });

  it('get another content as their next version, unless it is the same', async () => {
    const text = fresh();
    const { id } = await upload({ bytes: text });
    const replace = { path: `/knowledge/documents/${id}`, method: 'PUT' };
    expect(await upload({ ...replace, bytes: text })).toMatchObject({ id, version: 1 });
    expect(await upload({ ...replace, bytes: fresh() })).toMatchObject({ id, version: 2, status: 'queued' });
    const other = fresh();
    await upload({ bytes: other });
    expect((await send({ ...replace, bytes: other })).status).toBe(409);
  });

  it('are paused, resumed, canceled and tried again; what makes no sense is refused', async () => {
    const { id } = await upload({ bytes: fresh() });
    const steer = async (verb: string): Promise<unknown> => {
      const response = await api.as.operator.raw('POST', `/knowledge/documents/${id}/${verb}`);
      return response.status === 202
        ? ((await response.json()) as KnowledgeDocument).status
        : response.status; // The API's contract.
    };
    expect(await steer('pause')).toBe('paused');
    expect(await steer('pause')).toBe('paused');
    expect(await steer('retry')).toBe(409);
    expect(await steer('resume')).toBe('queued');
    expect(await steer('cancel')).toBe('canceled');
    expect(await steer('pause')).toBe(409);
    expect(await steer('resume')).toBe(409);
    expect(await steer('retry')).toBe('queued');
  });

  it('are not for everybody to change, and those of a private circle not for others to see', async () => {
    const { id } = await upload({ bytes: fresh() });
    expect((await send({ as: 'viewer' })).status).toBe(403);
    expect((await api.as.viewer.raw('DELETE', `/knowledge/documents/${id}`)).status).toBe(403);
    const circle = await api.as.editor.json<{ id: string }>('POST', '/circles', {
      ...{ name: `circle ${uuid()}`, description: '', mode: 'round_robin', visibility: 'members' },
    });
    const scope = JSON.stringify({ kind: 'circle', id: circle.id });
    const secret = await upload({ bytes: fresh(), fields: { scope }, as: 'editor' });
    expect((await send({ bytes: fresh(), fields: { scope } })).status).toBe(404);
    for (const path of ['', '/chunks', '/content'])
      expect((await api.as.operator.raw('GET', `/knowledge/documents/${secret.id}${path}`)).status).toBe(404);
    for (const verb of ['pause', 'resume', 'cancel', 'retry'])
      expect((await api.as.operator.raw('POST', `/knowledge/documents/${secret.id}/${verb}`)).status).toBe(
        404,
      );
    expect(
      (await send({ bytes: fresh(), method: 'PUT', path: `/knowledge/documents/${secret.id}` })).status,
    ).toBe(404);
    expect((await api.as.operator.raw('DELETE', `/knowledge/documents/${secret.id}`)).status).toBe(404);
    const seen = await api.as.operator.json<{ items: KnowledgeDocument[] }>(
      'GET',
      '/knowledge/documents?limit=200',
    );
    expect(seen.items.map((one) => one.id)).not.toContain(secret.id);
  });

  it('that are too large are refused with 413, and what is no form with 415 or 400', async () => {
    const large = new Uint8Array(DOCUMENT_LIMIT_BYTES + 1).fill(97);
    expect((await send({ bytes: large })).status).toBe(413);
    const path = '/knowledge/documents';
    expect((await api.as.operator.raw('POST', path, { name: 'x' })).status).toBe(415);
    const bare = (type: string, body: string): Promise<Response> =>
      fetch(`${api.url}/api${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api.as.operator.token}`, 'content-type': type },
        body,
      });
    expect((await bare('multipart/form-data', 'x')).status).toBe(400);
    expect(
      (await bare('multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="file"'))
        .status,
    ).toBe(400);
    expect(api.complaints).toEqual([]);
  });

  it('that the contract does not allow are refused with every reason at once', async () => {
    const { errors, status } = await problemOf(
      await send({ bytes: '', fields: { scope: '{"kind":', name: 'x'.repeat(301), color: 'red' } }),
    );
    expect(status).toBe(422);
    expect(new Set(errors.map(({ path }) => path))).toEqual(new Set(['file', 'scope', 'name', 'color']));
    expect((await send({ fields: { scope: JSON.stringify({ kind: 'agent', id: uuid() }) } })).status).toBe(
      404,
    );
    const program = Uint8Array.from([
      0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 254, 0, 1,
    ]);
    expect((await problemOf(await send({ bytes: program, name: 'tool.md' }))).errors).toMatchObject([
      { path: 'file' },
    ]);
  });
});
