import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle, CircleSummary } from '../../contracts/circle.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role, User } from '../../contracts/user.ts';
import { signIn } from '../../testing/api-client.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();
const NONE = '01890000-0000-7000-8000-000000000000';

const users = new Map<Role, string>();
let ada: Agent;
beforeAll(async () => {
  const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
  for (const { id, role } of items) users.set(role, id);
  const agent = { role: 'Thinks', provider: 'demo', model: 'demo' };
  ada = await api.as.admin.json<Agent>('POST', '/agents', { ...agent, name: 'Ada' });
  await api.as.admin.json<Agent>('POST', '/agents', { ...agent, name: 'Bob' });
});
const userId = (role: Role): string => users.get(role) ?? NONE;

let made = 0;
const newCircle = (body: object = {}, by: Role = 'admin'): Promise<Circle> =>
  api.as[by].json<Circle>('POST', '/circles', { name: `circle ${++made}`, ...body });
const put = (circle: string, member: string, body: object, by: Role = 'admin') =>
  api.as[by].raw('PUT', `/circles/${circle}/members/${member}`, body);
const statusOf = async (by: Role, method: string, path: string, body?: object): Promise<number> =>
  (await api.as[by].raw(method, path, body, { 'if-match': '*' })).status;
const circlesOf = async (by: Role): Promise<string[]> =>
  (await api.as[by].json<Page<CircleSummary>>('GET', '/circles?limit=200')).items.map(({ id }) => id);

describe('a circle', () => {
  it('is made, read, changed and deleted, and its name is free again', async () => {
    const { admin } = api.as;
    const circle = await newCircle({ name: 'team', description: 'Us', mode: 'debate' });
    expect(circle).toMatchObject({
      ...{ name: 'team', mode: 'debate', visibility: 'everyone', members: [], version: 1 },
      ...{ agents: 0, people: 0, openConversations: 0, settings: { turnTimeout: '60 seconds', rounds: 2 } },
    });
    const read = await admin.raw('GET', '/circles/team');
    expect(read.headers.get('etag')).toBe('"1"');
    expect(((await read.json()) as Circle).id).toBe(circle.id);
    const body = { name: 'crew', description: '', mode: 'review', visibility: 'members' };
    expect((await admin.raw('PUT', `/circles/${circle.id}`, body)).status).toBe(428);
    expect((await admin.raw('PUT', `/circles/${circle.id}`, body, { 'if-match': '"7"' })).status).toBe(412);
    const changed = await admin.raw('PUT', `/circles/${circle.id}`, body, { 'if-match': '"1"' });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(await changed.json()).toMatchObject({ name: 'crew', mode: 'review', visibility: 'members' });
    expect((await admin.raw('DELETE', '/circles/crew', undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await admin.raw('DELETE', '/circles/crew', undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect((await admin.raw('GET', `/circles/${circle.id}`)).status).toBe(404);
    expect((await newCircle({ name: 'crew' })).id).not.toBe(circle.id);
    expect(await circlesOf('admin')).not.toContain(circle.id);
  });

  it('has a name of its own, and is made once for a key', async () => {
    const { editor } = api.as;
    const body = { name: 'once' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => editor.raw('POST', '/circles', body, { 'idempotency-key': 'circle-once' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Circle).id));
    expect(new Set(ids).size).toBe(1);
    expect((await editor.raw('POST', '/circles', body)).status).toBe(409);
    const other = await newCircle();
    expect(await statusOf('admin', 'PUT', `/circles/${other.id}`, body)).toBe(409);
  });

  it.each([
    ['unknown keys', { name: 'x', colour: 'red' }],
    ['a mode that there is not', { name: 'x', mode: 'shouting' }],
    ['a visibility that there is not', { name: 'x', visibility: 'nobody' }],
    ['a name that is markup', { name: '<b>' }],
    ['a termination nested too deep', { name: 'x', settings: { termination: nested(5) } }],
  ])('is refused with %s', async (_, body) => {
    expect((await api.as.admin.raw('POST', '/circles', body)).status).toBe(422);
  });
});

function nested(levels: number): object {
  return levels === 0 ? { kind: 'external' } : { any: [nested(levels - 1)] };
}

describe('members', () => {
  it('join, change their role and leave; each is told once', async () => {
    const { id } = await newCircle();
    expect(await (await put(id, ada.id, { kind: 'agent' })).json()).toMatchObject({
      members: [{ id: ada.id, kind: 'agent', name: 'Ada', role: 'member', agentRole: 'Thinks' }],
    });
    await put(id, ada.id, { kind: 'agent' });
    await put(id, 'Ada', { kind: 'agent', role: 'facilitator' });
    const full = await put(id, 'Operator@example.com', { kind: 'user', role: 'observer' });
    expect(await full.json()).toMatchObject({
      ...{ agents: 1, people: 1 },
      members: [{ role: 'facilitator' }, { id: userId('operator'), kind: 'user', agentRole: null }],
    });
    expect(await statusOf('admin', 'DELETE', `/circles/${id}/members/${ada.id}`)).toBe(204);
    expect(await statusOf('admin', 'DELETE', `/circles/${id}/members/${ada.id}`)).toBe(404);
    const events = await api.store.events.listEvents(`circles/${id}`, { after: 0, limit: 10 });
    expect(events.map(({ type, data }) => [type, data['role']])).toEqual([
      ['agent.joined', 'member'],
      ['member.changed', 'facilitator'],
      ['user.joined', 'observer'],
      ['agent.left', undefined],
    ]);
    expect(events[0]?.data).toMatchObject({ circleId: id, id: ada.id, agent_id: ada.id, name: 'Ada' });
  });

  it('are agents and users that there are', async () => {
    const { id } = await newCircle();
    expect((await put(id, NONE, { kind: 'agent' })).status).toBe(404);
    expect((await put(id, ada.id, { kind: 'user' })).status).toBe(404);
    expect((await put(id, ada.id, {})).status).toBe(422);
    expect((await put(NONE, ada.id, { kind: 'agent' })).status).toBe(404);
  });

  it('are told to conversations that go on, which are woken; also when an agent is deleted', async () => {
    const { id } = await newCircle();
    const gone = await api.as.admin.json<Agent>('POST', '/agents', {
      ...{ name: 'Gone', role: 'Goes', provider: 'demo', model: 'demo' },
    });
    const start = () => api.as.admin.json<Conversation>('POST', '/conversations', { circleId: id });
    const [open, ended] = [await start(), await start()];
    await api.as.admin.json('POST', `/conversations/${ended.id}/end`);
    await put(id, gone.id, { kind: 'agent' });
    await api.as.admin.raw('DELETE', `/agents/${gone.id}`, undefined, { 'if-match': '*' });
    const typesOf = async (conversation: string) =>
      (await api.store.events.listEvents(`conversations/${conversation}`, { after: 1, limit: 10 })).map(
        ({ type }) => type,
      );
    expect(await typesOf(open.id)).toEqual(['agent.joined', 'agent.left']);
    expect(await typesOf(ended.id)).toEqual(['conversation.ended']);
    expect(await api.as.admin.json('GET', `/circles/${id}`)).toMatchObject({ agents: 0, members: [] });
  });

  it('may be put in at the same moment', async () => {
    const { id } = await newCircle();
    const answers = await Promise.all([
      ...['member', 'judge', 'reviewer'].map((role) => put(id, ada.id, { kind: 'agent', role })),
      ...['member', 'observer'].map((role) => put(id, userId('viewer'), { kind: 'user', role })),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await api.as.admin.json('GET', `/circles/${id}`)).toMatchObject({ agents: 1, people: 1 });
  });
});

describe('a private circle', () => {
  it('has its maker as a member, and is not there for others', async () => {
    const circle = await newCircle({ visibility: 'members' }, 'editor');
    expect(circle.members).toMatchObject([{ id: userId('editor'), kind: 'user' }]);
    expect(await circlesOf('editor')).toContain(circle.id);
    expect(await circlesOf('admin')).toContain(circle.id);
    for (const by of ['operator', 'viewer'] as const) {
      expect(await circlesOf(by)).not.toContain(circle.id);
      for (const name of [circle.id, encodeURIComponent(circle.name)])
        expect(await statusOf(by, 'GET', `/circles/${name}`)).toBe(404);
    }
    expect(await statusOf('operator', 'POST', '/conversations', { circleId: circle.id, topic: 'x' })).toBe(
      404,
    );
    await put(circle.id, userId('operator'), { kind: 'user' }, 'editor');
    expect(await statusOf('operator', 'GET', `/circles/${circle.id}`)).toBe(200);
  });

  it('cannot be changed by those who do not see it, whatever their role', async () => {
    const circle = await newCircle({ visibility: 'members' });
    const path = `/circles/${circle.id}`;
    expect(await statusOf('editor', 'PUT', path, { name: 'mine' })).toBe(404);
    expect(await statusOf('editor', 'DELETE', path)).toBe(404);
    expect(await statusOf('editor', 'PUT', `${path}/members/${userId('editor')}`, { kind: 'user' })).toBe(
      404,
    );
    expect(await statusOf('editor', 'DELETE', `${path}/members/${userId('admin')}`)).toBe(404);
  });

  it('tells that it was closed where it is followed, its conversations included', async () => {
    const circle = await newCircle({}, 'editor');
    const { id } = await api.as.operator.json<Conversation>('POST', '/conversations', {
      circleId: circle.id,
    });
    const path = `/circles/${circle.id}`;
    const body = { name: circle.name, visibility: 'members' };
    await statusOf('editor', 'PUT', path, { ...body, description: 'Closed', visibility: 'everyone' });
    await statusOf('editor', 'PUT', path, body);
    const changesOf = async (channel: string) =>
      (await api.store.events.listEvents(channel, { after: 0, limit: 10 }))
        .filter(({ type }) => type === 'circle.changed')
        .map(({ data }) => [data['version'], data['visibility']]);
    expect(await changesOf(`circles/${circle.id}`)).toEqual([
      ...[
        [2, 'everyone'],
        [3, 'members'],
      ],
    ]);
    expect(await changesOf(`conversations/${id}`)).toEqual([[3, 'members']]);
    expect(await statusOf('operator', 'GET', `/conversations/${id}`)).toBe(404);
  });

  it('keeps the door open for whoever closes it', async () => {
    const circle = await newCircle({}, 'editor');
    const body = { name: circle.name, visibility: 'members' };
    expect(await statusOf('editor', 'PUT', `/circles/${circle.id}`, body)).toBe(200);
    expect(await statusOf('editor', 'GET', `/circles/${circle.id}`)).toBe(200);
    expect(await statusOf('viewer', 'GET', `/circles/${circle.id}`)).toBe(404);
  });

  it('takes a name that others cannot see, and tells them no more than that it is taken', async () => {
    const circle = await newCircle({ visibility: 'members' });
    const response = await api.as.editor.raw('POST', '/circles', { name: circle.name });
    expect(response.status).toBe(409);
    expect(await response.text()).not.toContain(circle.id);
  });
});

describe('a deleted user', () => {
  it('is a member of nothing any more, and what they said stays', async () => {
    const { admin } = api.as;
    const login = { email: 'gone@example.com', password: 'correct horse battery' };
    const user = { ...login, name: 'Gone', role: 'operator' };
    const { id } = await admin.json<User>('POST', '/users', user);
    const circle = await newCircle();
    await put(circle.id, id, { kind: 'user' });
    const gone = await signIn(api.url, login);
    const body = { circleId: circle.id, topic: 'Last words' };
    const conversation = await gone.json<Conversation>('POST', '/conversations', body);
    await gone.json('POST', `/conversations/${conversation.id}/messages`, { content: 'Farewell' });
    expect((await admin.raw('DELETE', `/users/${id}`)).status).toBe(204);
    expect(await admin.json('GET', `/circles/${circle.id}`)).toMatchObject({ members: [], people: 0 });
    const path = `/conversations/${conversation.id}`;
    expect(await admin.json('GET', path)).toMatchObject({ startedBy: 'gone@example.com', members: [] });
    expect(await admin.json('GET', `${path}/messages`)).toMatchObject({
      items: [{ content: 'Farewell', author: { id, name: 'Gone' } }],
    });
    const told = await api.store.events.listEvents(`circles/${circle.id}`, { after: 0, limit: 10 });
    expect(told.at(-1)).toMatchObject({ type: 'user.left', data: { id } });
  });
});

describe('a deleted circle', () => {
  it('ends its conversations, which stay for those who saw them', async () => {
    const circle = await newCircle({ visibility: 'members' }, 'editor');
    const start = { circleId: circle.id, topic: 'The end' };
    const { id } = await api.as.editor.json<Conversation>('POST', '/conversations', start);
    expect(await statusOf('editor', 'DELETE', `/circles/${circle.id}`)).toBe(204);
    expect(await api.as.editor.json('GET', `/conversations/${id}`)).toMatchObject({
      ...{ status: 'ended', statusReason: 'circle deleted', circleName: circle.name },
    });
    expect(await statusOf('operator', 'GET', `/conversations/${id}`)).toBe(404);
    expect(await statusOf('editor', 'POST', '/conversations', start)).toBe(404);
    const told = await api.store.events.listEvents(`circles/${circle.id}`, { after: 0, limit: 10 });
    expect(told.map(({ type }: StoredEvent) => type)).toEqual([
      ...['user.joined', 'conversation.started', 'conversation.ended', 'circle.deleted'],
    ]);
  });
});
