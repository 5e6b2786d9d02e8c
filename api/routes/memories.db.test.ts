import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Memory, MemoryDetail, MemorySearchResult } from '../../contracts/memory.ts';
import type { Page } from '../../contracts/page.ts';
import type { Problem } from '../../contracts/problem.ts';
import type { Role, User } from '../../contracts/user.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { eventually } from '../../testing/test-server.ts';

const api = withApi();
const GLOBAL = { kind: 'global' } as const;
const NONE = '01890000-0000-7000-8000-000000000000';
const users = new Map<string, string>();
let agent: Agent;
let names = 0;

beforeAll(async () => {
  const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
  for (const { id, role } of items) users.set(role, id);
  const ada = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
  agent = await api.as.admin.json<Agent>('POST', '/agents', ada);
  // Whoever asks first may wait for the model longer than is waited for a vector.
  await eventually(async () => {
    const search = { query: 'Is the model there?', mode: 'vector' };
    const { summary } = await api.as.admin.json<MemorySearchResult>('POST', '/memories/search', search);
    expect(summary.degraded).toBeNull();
  });
});

const remember = (body: object, as: Role = 'operator'): Promise<Memory> =>
  api.as[as].json<Memory>('POST', '/memories', { scope: GLOBAL, ...body });
const statusOf = async (as: Role, method: string, path: string, body?: unknown): Promise<number> =>
  (await api.as[as].raw(method, path, body)).status;
const listed = async (as: Role, query = ''): Promise<string[]> =>
  (await api.as[as].json<Page<Memory>>('GET', `/memories?limit=200&${query}`)).items.map(({ id }) => id);
const aCircle = async (members: readonly [Role, string][] = []): Promise<string> => {
  const name = `circle ${(names += 1)}`;
  const { id } = await api.as.admin.json<Circle>('POST', '/circles', { name, visibility: 'members' });
  for (const [role, memberRole] of members)
    await api.as.admin.json('PUT', `/circles/${id}/members/${String(users.get(role))}`, {
      ...{ kind: 'user', role: memberRole },
    });
  return id;
};

describe('a memory', () => {
  it('is stored with where it comes from, found again by what it means, and forgotten', async () => {
    const memory = await remember({ content: 'The build runs on Tuesdays.', tags: ['ci'], importance: 0.7 });
    expect(memory).toMatchObject({
      ...{ kind: 'fact', scope: GLOBAL, audience: { kind: 'everyone' }, importance: 0.7, tags: ['ci'] },
      ...{ source: { by: { kind: 'user', name: 'operator' } }, supersedes: null, isEmbedded: true },
    });
    const query = 'When do we compile?';
    const found = await api.as.viewer.json<MemorySearchResult>('POST', '/memories/search', { query });
    expect(found.items.map(({ id }) => id)).toContain(memory.id);
    expect(await api.as.viewer.json<MemoryDetail>('GET', `/memories/${memory.id}`)).toMatchObject({
      chain: [{ id: memory.id }],
    });
    expect(await statusOf('operator', 'DELETE', `/memories/${memory.id}`)).toBe(204);
    expect(await statusOf('operator', 'GET', `/memories/${memory.id}`)).toBe(404);
    expect(await statusOf('operator', 'DELETE', `/memories/${memory.id}`)).toBe(404);
  });

  it('is made once for a key, however many ask at once', async () => {
    const body = { content: 'Once is enough.', scope: GLOBAL };
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.as.operator.raw('POST', '/memories', body, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Memory).id));
    expect(new Set(ids).size).toBe(1);
    const other = { ...body, content: 'Something else.' };
    expect((await api.as.operator.raw('POST', '/memories', other, key)).status).toBe(409);
  });

  it('is changed by a new version; what has been changed is not changed again', async () => {
    const first = await remember({ content: 'The deadline is in May.', tags: ['plan'] });
    const change = { content: 'The deadline is in June.' };
    const path = `/memories/${first.id}`;
    const second = await api.as.editor.json<Memory>('PATCH', path, change);
    expect(second).toMatchObject({ ...change, tags: ['plan'], supersedes: first.id, isEmbedded: true });
    expect(second.source.by).toMatchObject({ kind: 'user', name: 'editor' });
    expect(await statusOf('operator', 'PATCH', path, { content: 'July?' })).toBe(409);
    const old = await api.as.viewer.json<MemoryDetail>('GET', path);
    expect(old).toMatchObject({
      ...{ supersededBy: second.id, supersedeReason: 'edited', isEmbedded: false },
      chain: [{ id: first.id }, { id: second.id }],
    });
    expect(await listed('viewer', 'q=deadline')).toEqual([second.id]);
    expect(await listed('viewer', 'q=deadline&superseded=include')).toEqual([second.id, first.id]);
    expect((await api.as.editor.json<Memory>('PATCH', `/memories/${second.id}`, change)).id).toBe(second.id);
    expect(await statusOf('operator', 'DELETE', path)).toBe(204);
    expect(await statusOf('operator', 'GET', `/memories/${second.id}`)).toBe(404);
  });

  it('is changed by one of those who do so at the same time', async () => {
    const { id } = await remember({ content: 'Who is first?' });
    const statuses = await Promise.all(
      ['a', 'b', 'c'].map((content) => statusOf('operator', 'PATCH', `/memories/${id}`, { content })),
    );
    expect(statuses.toSorted()).toEqual([200, 409, 409]);
  });

  it('that has expired is not there any more', async () => {
    const soon = new Date(Date.now() + 400).toISOString();
    const { id } = await remember({ content: 'A parcel comes today.', expiresAt: soon });
    await eventually(async () => expect(await statusOf('operator', 'GET', `/memories/${id}`)).toBe(404));
    expect(await listed('operator')).not.toContain(id);
    const expiresAt = new Date(Date.now() - 1_000).toISOString();
    const past = { content: 'Too late.', scope: GLOBAL, expiresAt };
    expect(await statusOf('operator', 'POST', '/memories', past)).toBe(422);
  });

  it('that has expired since is what its key has made, still', async () => {
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    const body = { content: 'A parcel comes soon.', scope: GLOBAL, expiresAt };
    const key = { 'idempotency-key': randomUUID() };
    const { id } = await api.as.operator.json<Memory>('POST', '/memories', body, key);
    await eventually(async () => expect(await statusOf('operator', 'GET', `/memories/${id}`)).toBe(404));
    const again = await api.as.operator.raw('POST', '/memories', body, key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await again.json()).toMatchObject({ id });
  });

  it('that is a block and has expired gives its name to the next one', async () => {
    const block = { kind: 'block', name: 'notice', content: 'Closed today.' };
    const soon = await remember(block);
    await api.pool.query(sql.type(z.object({}))`
      update memory.memories set expires_at = now() - interval '1 second' where id = ${soon.id}`);
    const body = { ...block, content: 'Open again.', scope: GLOBAL };
    const statuses = await Promise.all([1, 2, 3].map(() => statusOf('operator', 'POST', '/memories', body)));
    expect(statuses.toSorted()).toEqual([201, 409, 409]);
    expect(await listed('operator', 'kind=block&superseded=include')).not.toContain(soon.id);
  });

  it('may be a block: small, with a name of its own in its scope', async () => {
    const block = { kind: 'block', name: 'persona', content: 'Be brief.' };
    const made = await remember(block);
    expect(made).toMatchObject({ kind: 'block', name: 'persona' });
    expect(await statusOf('operator', 'POST', '/memories', { ...block, scope: GLOBAL })).toBe(409);
    const scope = { kind: 'agent', id: agent.id };
    expect(await remember({ ...block, scope })).toMatchObject({ scope, scopeName: 'Ada' });
    const long = { content: 'x'.repeat(2_001) };
    expect(await statusOf('operator', 'PATCH', `/memories/${made.id}`, long)).toBe(422);
    const changed = await api.as.operator.json<Memory>('PATCH', `/memories/${made.id}`, {
      content: 'Be kind.',
    });
    expect(changed).toMatchObject({ name: 'persona', content: 'Be kind.' });
  });

  it.each([
    ['no content', { content: '' }],
    ['white space', { content: ' \n\t ' }],
    ['too much', { content: 'x'.repeat(8_001) }],
    ['NUL', { content: 'a\u0000b' }],
    ['an unknown key', { content: 'x', audience: 'everyone' }],
    ['a block without a name', { kind: 'block', content: 'x' }],
    ['a fact with a name', { name: 'x', content: 'x' }],
    ['an importance of 2', { content: 'x', importance: 2 }],
    ['a scope without its id', { content: 'x', scope: { kind: 'circle' } }],
    ['a global scope with an id', { content: 'x', scope: { kind: 'global', id: NONE } }],
    ['an episode, which only the house tells', { kind: 'episode', content: 'x' }],
  ])('is refused with %s', async (_, body) => {
    expect(await statusOf('operator', 'POST', '/memories', { scope: GLOBAL, ...body })).toBe(422);
  });
});

describe('a vector of the caller’s own', () => {
  const given = (embedding: unknown) => ({ content: 'A vector of my own.', scope: GLOBAL, embedding });

  it.each([
    ['of another dimension', [1, 0, 0], 'has 3 dimensions; those of the active model, .*, have 512'],
    ['of zeros', Array.from({ length: 512 }, () => 0), 'zero in every dimension'],
    ['that is empty', [], ''],
    ['with what is no number', Array.from({ length: 512 }, () => 'NaN'), ''],
    ['with null, as JSON writes NaN', Array.from({ length: 512 }, () => null), ''],
  ])('is refused %s, and nothing is stored', async (_, embedding, detail) => {
    const before = await listed('operator');
    const answer = await api.as.operator.raw('POST', '/memories', given(embedding));
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as Problem).detail).toMatch(new RegExp(detail));
    const search = { query: 'own', embedding };
    expect(await statusOf('operator', 'POST', '/memories/search', search)).toBe(422);
    expect(await listed('operator')).toEqual(before);
  });

  it('finds what it was stored with, whatever its length', async () => {
    const embedding = Array.from({ length: 512 }, (_, at) => (at === 77 ? 1e300 : 0));
    const { id } = await remember(given(embedding));
    const search = { query: 'zzz', mode: 'vector', limit: 1, embedding };
    const { items } = await api.as.viewer.json<MemorySearchResult>('POST', '/memories/search', search);
    expect(items).toMatchObject([{ id, parts: { vectorRank: 1 } }]);
    expect(items[0]?.parts.similarity).toBeCloseTo(1, 2);
  });
});

describe('what is hardly to be kept', () => {
  it.each([['\u0085'], ['\u200b\u2060'], ['\u0000']])('is refused: the content %j', async (content) => {
    const { id } = await remember({ content: `Something to be changed to ${JSON.stringify(content)}` });
    expect(await statusOf('operator', 'POST', '/memories', { scope: GLOBAL, content })).toBe(422);
    expect(await statusOf('operator', 'PATCH', `/memories/${id}`, { content })).toBe(422);
  });

  it('is kept as exactly as can be: the least importance, the last instant', async () => {
    const least = { importance: 1e-320, expiresAt: '9999-12-31T23:59:59.999999999Z' };
    const kept = { importance: 0, expiresAt: '9999-12-31T23:59:59.999Z' };
    const memory = await remember({ content: 'The least, until the end' });
    expect(await remember({ content: 'So from the beginning', ...least })).toMatchObject(kept);
    expect(await api.as.operator.json('PATCH', `/memories/${memory.id}`, least)).toMatchObject(kept);
  });
});

describe('who may', () => {
  it('see and change what a circle remembers are its members; those who observe only see', async () => {
    const circle = await aCircle([
      ['operator', 'member'],
      ['editor', 'observer'],
    ]);
    const scope = { kind: 'circle', id: circle };
    const body = { content: 'A secret of the circle.', scope };
    const memory = await remember(body);
    const path = `/memories/${memory.id}`;
    expect(memory).toMatchObject({ scope, audience: { kind: 'circle', id: circle } });
    for (const role of ['operator', 'editor', 'admin'] as const) {
      expect(await statusOf(role, 'GET', path)).toBe(200);
      expect(await listed(role, `scope=circle&scopeId=${circle}`)).toEqual([memory.id]);
    }
    for (const [method, at, sent] of [
      ['GET', path, undefined],
      ['GET', `/memories?scope=circle&scopeId=${circle}`, undefined],
      ['GET', `/memories/export?scope=circle&scopeId=${circle}`, undefined],
      ['POST', '/memories/search', { query: 'secret', scope }],
    ] as const)
      expect([method, at, await statusOf('viewer', method, at, sent)]).toEqual([method, at, 404]);
    expect(await listed('viewer')).not.toContain(memory.id);
    expect(await statusOf('editor', 'POST', '/memories', body)).toBe(403);
    expect(await statusOf('editor', 'PATCH', path, { content: 'Changed.' })).toBe(403);
    expect(await statusOf('editor', 'DELETE', path)).toBe(403);
    await api.as.admin.raw('DELETE', `/circles/${circle}/members/${String(users.get('operator'))}`);
    expect(await statusOf('operator', 'GET', path)).toBe(404);
    expect(await statusOf('operator', 'DELETE', path)).toBe(404);
    expect(await statusOf('operator', 'POST', '/memories', body)).toBe(404);
    expect(await statusOf('admin', 'GET', path)).toBe(200);
  });

  it.each(['circle', 'agent', 'conversation'])(
    'remember in a %s that is not there is nobody',
    async (kind) => {
      const body = { content: 'x', scope: { kind, id: NONE } };
      for (const role of ['operator', 'admin'] as const)
        expect(await statusOf(role, 'POST', '/memories', body)).toBe(404);
    },
  );

  it('see what is said to an agent alone is who says it', async () => {
    const talk = { agentId: agent.id, topic: '' };
    const { id } = await api.as.operator.json<{ id: string }>('POST', '/conversations', talk);
    const scope = { kind: 'conversation', id };
    const memory = await remember({ content: 'My birthday is in March.', scope });
    expect(memory.audience).toMatchObject({ kind: 'person', id: users.get('operator'), name: 'operator' });
    expect(await statusOf('editor', 'GET', `/memories/${memory.id}`)).toBe(404);
    expect(await statusOf('editor', 'POST', '/memories', { content: 'x', scope })).toBe(404);
    expect(await statusOf('operator', 'GET', `/memories/${memory.id}`)).toBe(200);
  });
});
