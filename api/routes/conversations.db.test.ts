import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation, ConversationSummary } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role, User } from '../../contracts/user.ts';
import { createConversationStates } from '../../store/conversation-state.ts';
import { withApi } from '../../testing/api-server.ts';
import { turnsByHand } from '../../testing/turns-by-hand.ts';

const api = withApi();
const turns = turnsByHand(() => api.pool);
const NONE = '01890000-0000-7000-8000-000000000000';

const users = new Map<Role, string>();
let ada: Agent;
beforeAll(async () => {
  const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
  for (const { id, role } of items) users.set(role, id);
  const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
  ada = await api.as.admin.json<Agent>('POST', '/agents', agent);
});
const userId = (role: Role): string => users.get(role) ?? NONE;

let made = 0;
const newCircle = async (body: object = {}, members: [string, object][] = []): Promise<Circle> => {
  const circle = await api.as.admin.json<Circle>('POST', '/circles', { name: `circle ${++made}`, ...body });
  for (const [member, what] of members)
    await api.as.admin.json('PUT', `/circles/${circle.id}/members/${member}`, what);
  return circle;
};
const start = (body: object, by: Role = 'operator') =>
  api.as[by].json<Conversation>('POST', '/conversations', body);
const chat = (by: Role = 'operator') => start({ agentId: 'Ada' }, by);
const get = (id: string, by: Role = 'admin') => api.as[by].json<Conversation>('GET', `/conversations/${id}`);
const listed = async (by: Role, query = ''): Promise<string[]> =>
  (await api.as[by].json<Page<ConversationSummary>>('GET', `/conversations?limit=200${query}`)).items.map(
    ({ id }) => id,
  );
const statusOf = async (by: Role, method: string, path: string, body?: object): Promise<number> =>
  (await api.as[by].raw(method, path, body)).status;
const control = (id: string, verb: string, by: Role = 'operator') =>
  api.as[by].raw('POST', `/conversations/${id}/${verb}`);
const typesOf = async (id: string) =>
  (await api.as.admin.json<Page<StoredEvent>>('GET', `/conversations/${id}/events`)).items.map(
    ({ type }) => type,
  );

describe('a conversation of a circle', () => {
  it('takes the mode and settings of its circle, except for those that it names', async () => {
    const settings = { rounds: 5, turnTimeout: '5 minutes', termination: { kind: 'maxTurns', turns: 3 } };
    const circle = await newCircle({ mode: 'debate', settings }, [
      [ada.id, { kind: 'agent', role: 'judge' }],
      [userId('viewer'), { kind: 'user', role: 'observer' }],
    ]);
    const begun = await start({ circleId: circle.name, topic: ' Tea or coffee? ', settings: { rounds: 1 } });
    expect(begun).toMatchObject({
      ...{
        circleId: circle.id,
        circleName: circle.name,
        agentId: null,
        topic: 'Tea or coffee?',
        mode: 'debate',
      },
      ...{
        settings: { ...settings, rounds: 1, maxHandovers: 8 },
        status: 'running',
        startedBy: 'operator@example.com',
      },
      members: [
        { id: ada.id, kind: 'agent', name: 'Ada', role: 'judge' },
        { id: userId('viewer'), kind: 'user', name: 'viewer', role: 'observer' },
      ],
      branches: [{ branch: 0, parent: null, forkedAfter: 0, reason: 'start' }],
      ...{ openTurns: [], branch: 0, messages: 0, costUsd: 0, sequence: 1, runId: null },
      workflowId: `conversation:${begun.id}`,
    });
    expect(await api.as.admin.json('GET', `/circles/${circle.id}`)).toMatchObject({ openConversations: 1 });
  });

  it('rests where there is nothing to discuss', async () => {
    const circle = await newCircle({}, [[ada.id, { kind: 'agent' }]]);
    expect(await start({ circleId: circle.id, mode: 'handoff' })).toMatchObject({
      status: 'idle',
      mode: 'handoff',
    });
  });

  it('begins once for a key', async () => {
    const circle = await newCircle();
    const body = { circleId: circle.id, topic: 'Once' };
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        api.as.operator.raw('POST', '/conversations', body, { 'idempotency-key': 'begin' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Conversation).id));
    expect(new Set(ids).size).toBe(1);
    expect(await listed('operator', `&circleId=${circle.id}`)).toEqual([ids[0]]);
  });

  it.each([
    ['neither circle nor agent', {}, 422],
    ['both of them', { circleId: NONE, agentId: NONE }, 422],
    ['a circle that there is not', { circleId: NONE }, 404],
    ['an agent that there is not', { agentId: 'Nobody' }, 404],
    ['a topic without end', { agentId: 'Ada', topic: 'x'.repeat(20_001) }, 422],
    ['settings that there are not', { agentId: 'Ada', settings: { volume: 11 } }, 422],
    ['a timeout that is none', { agentId: 'Ada', settings: { turnTimeout: 'soon' } }, 422],
  ])('is refused with %s', async (_, body, status) => {
    expect(await statusOf('operator', 'POST', '/conversations', body)).toBe(status);
  });

  it('is found by circle, agent and status, newest first, page by page', async () => {
    const circle = await newCircle();
    const ids = [];
    for (const topic of ['a', 'b', 'c']) ids.unshift((await start({ circleId: circle.id, topic })).id);
    await control(ids[1] ?? '', 'end');
    const of = `&circleId=${circle.id}`;
    expect(await listed('viewer', of)).toEqual(ids);
    expect(await listed('viewer', `${of}&status=ended`)).toEqual([ids[1]]);
    expect(await listed('viewer', `${of}&status=running,idle`)).toEqual([ids[0], ids[2]]);
    expect(await statusOf('viewer', 'GET', '/conversations?status=sleeping')).toBe(422);
    const path = `/conversations?circleId=${circle.id}&limit=2`;
    const first = await api.as.viewer.json<Page<ConversationSummary>>('GET', path);
    const rest = await api.as.viewer.json<Page<ConversationSummary>>(
      'GET',
      `${path}&cursor=${first.nextCursor}`,
    );
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    const { id } = await chat();
    expect(await listed('operator', `&agentId=${ada.id}`)).toContain(id);
  });
});

describe('what is seen', () => {
  const paths = ['', '/messages', '/turns', '/events'];

  it('of a conversation with an agent: by who started it, and administrators', async () => {
    const { id } = await chat('operator');
    for (const by of ['editor', 'viewer'] as const) {
      expect(await listed(by)).not.toContain(id);
      for (const path of paths) expect(await statusOf(by, 'GET', `/conversations/${id}${path}`)).toBe(404);
    }
    expect(await statusOf('editor', 'POST', `/conversations/${id}/messages`, { content: 'Hi' })).toBe(404);
    expect(await statusOf('editor', 'POST', `/conversations/${id}/end`)).toBe(404);
    for (const by of ['operator', 'admin'] as const) {
      expect(await listed(by)).toContain(id);
      for (const path of paths) expect(await statusOf(by, 'GET', `/conversations/${id}${path}`)).toBe(200);
    }
  });

  it('of a private circle: by its members, for as long as they are members', async () => {
    const circle = await newCircle({ visibility: 'members' }, [[userId('operator'), { kind: 'user' }]]);
    const { id } = await start({ circleId: circle.id, topic: 'Secret' });
    expect(await listed('editor', `&circleId=${circle.id}`)).toEqual([]);
    for (const path of paths)
      expect(await statusOf('editor', 'GET', `/conversations/${id}${path}`)).toBe(404);
    await api.as.admin.json('DELETE', `/circles/${circle.id}/members/${userId('operator')}`);
    expect(await listed('operator', `&circleId=${circle.id}`)).toEqual([]);
    expect(await statusOf('operator', 'GET', `/conversations/${id}`)).toBe(404);
    expect(await statusOf('operator', 'POST', `/conversations/${id}/messages`, { content: 'Hi' })).toBe(404);
  });

  it('by observers, who neither speak nor steer', async () => {
    const circle = await newCircle({}, [
      [userId('operator'), { kind: 'user', role: 'observer' }],
      [ada.id, { kind: 'agent' }],
    ]);
    const { id } = await start({ circleId: circle.id, topic: 'Watch' }, 'editor');
    const said = { content: 'Hi' };
    for (const path of paths)
      expect(await statusOf('operator', 'GET', `/conversations/${id}${path}`)).toBe(200);
    expect(await statusOf('operator', 'POST', `/conversations/${id}/messages`, said)).toBe(403);
    expect(await statusOf('operator', 'POST', '/conversations', { circleId: circle.id })).toBe(403);
    expect(await statusOf('operator', 'PATCH', `/conversations/${id}`, { topic: 'Mine' })).toBe(403);
    expect(await statusOf('operator', 'POST', `/conversations/${id}/pause`)).toBe(403);
    expect(await statusOf('viewer', 'POST', `/conversations/${id}/messages`, said)).toBe(403);
    expect(await statusOf('editor', 'POST', `/conversations/${id}/messages`, said)).toBe(202);
  });

  it('on sockets is what is seen elsewhere', async () => {
    const circle = await newCircle({ visibility: 'members' }, [[userId('operator'), { kind: 'user' }]]);
    const { id } = await start({ circleId: circle.id, topic: 'Secret' });
    const mine = await chat('operator');
    const subscribe = async (by: Role, channel: string): Promise<boolean> => {
      const socket: Socket = await api.as[by].socket();
      const { ok } = (await socket.emitWithAck('subscribe', { channel })) as { ok: boolean };
      socket.close();
      return ok;
    };
    const channels = [`circles/${circle.id}`, `circles/${circle.name}`, `conversations/${id}`];
    for (const channel of channels) {
      expect([channel, await subscribe('operator', channel)]).toEqual([channel, true]);
      expect([channel, await subscribe('editor', channel)]).toEqual([channel, false]);
    }
    expect(await subscribe('editor', `conversations/${mine.id}`)).toBe(false);
    expect(await subscribe('viewer', `agents/${ada.id}`)).toBe(true);
    for (const channel of [
      'circles/',
      'circles/a/b',
      `conversations/${NONE}`,
      'agents/nobody',
      'constructor/x',
    ])
      expect([channel, await subscribe('admin', channel)]).toEqual([channel, false]);
  });

  it('on the channel of an agent is only what it says where everybody may hear it', async () => {
    const secret = await newCircle({ visibility: 'members' }, [
      [userId('operator'), { kind: 'user' }],
      [ada.id, { kind: 'agent' }],
    ]);
    const open = await newCircle({}, [[ada.id, { kind: 'agent' }]]);
    const speak = async (conversation: Conversation, text: string): Promise<void> => {
      await api.as.operator.json('POST', `/conversations/${conversation.id}/messages`, { content: 'Go' });
      expect(await turns.begin(conversation.id, 1, ada.id)).toBe('claimed');
      await turns.finish(conversation.id, 1, text);
    };
    await speak(await start({ circleId: secret.id, topic: 'x' }), 'hidden');
    await speak(await chat(), 'between us');
    await speak(await start({ circleId: open.id, topic: 'x' }), 'for all');
    const told = await api.store.events.listEvents(`agents/${ada.id}`, { after: 0, limit: 100 });
    expect(told.map(({ type, data }) => [type, data['content'], data['agent_id']])).toEqual([
      ['message', 'for all', ada.id],
    ]);
  });
});

describe('steering', () => {
  it('pauses and resumes, as often as it is asked for', async () => {
    const circle = await newCircle({}, [[ada.id, { kind: 'agent' }]]);
    const { id } = await start({ circleId: circle.id, topic: 'Go' });
    for (const status of ['paused', 'paused']) {
      const response = await control(id, 'pause');
      expect(response.status).toBe(202);
      expect(await response.json()).toMatchObject({ status, statusReason: 'person' });
    }
    expect(await turns.begin(id, 1, ada.id)).toBe('not_begun');
    expect(await statusOf('operator', 'POST', `/conversations/${id}/messages`, { content: 'Hi' })).toBe(202);
    expect(await get(id)).toMatchObject({ status: 'paused', messages: 1 });
    for (const status of ['running', 'running'])
      expect(await (await control(id, 'resume')).json()).toMatchObject({ status, statusReason: null });
    expect(await typesOf(id)).toEqual([
      ...['conversation.started', 'conversation.paused', 'message', 'conversation.resumed'],
    ]);
    const quiet = await chat();
    await control(quiet.id, 'pause');
    expect(await (await control(quiet.id, 'resume')).json()).toMatchObject({ status: 'idle' });
  });

  it('interrupts: what is said is kept, and nobody goes on until a person speaks', async () => {
    const circle = await newCircle({}, [[ada.id, { kind: 'agent' }]]);
    const { id } = await start({ circleId: circle.id, topic: 'Go' });
    await turns.begin(id, 1, ada.id);
    for (let times = 0; times < 2; times += 1) expect((await control(id, 'interrupt')).status).toBe(202);
    expect(await turns.isStopRequested(id, 1)).toBe(true);
    await turns.giveUp(id, 1);
    expect(await get(id)).toMatchObject({ status: 'idle', statusReason: 'interrupted', messages: 1 });
    expect((await typesOf(id)).slice(-2)).toEqual(['turn.stopped', 'conversation.idle']);
    expect((await createConversationStates(api.pool).readState(id)).state).toMatchObject({
      settled: true,
      openTurns: [],
    });
    await api.as.operator.json('POST', `/conversations/${id}/messages`, { content: 'On' });
    expect(await get(id)).toMatchObject({ status: 'running', statusReason: null });
  });

  it('interrupts between two turns as well', async () => {
    const circle = await newCircle({}, [[ada.id, { kind: 'agent' }]]);
    const { id } = await start({ circleId: circle.id, topic: 'Go' });
    expect(await (await control(id, 'interrupt')).json()).toMatchObject({ status: 'idle' });
    expect((await typesOf(id)).slice(-1)).toEqual(['conversation.idle']);
  });

  it('ends for good: what is under way is stopped, and nothing is said or changed any more', async () => {
    const { id } = await chat();
    await api.as.operator.json('POST', `/conversations/${id}/messages`, { content: 'Go' });
    await turns.begin(id, 1, ada.id);
    for (let times = 0; times < 2; times += 1) {
      const response = await control(id, 'end');
      expect(response.status).toBe(202);
      expect(await response.json()).toMatchObject({ status: 'ended', statusReason: 'person' });
    }
    expect(await turns.isStopRequested(id, 1)).toBe(true);
    await turns.giveUp(id, 1);
    const ended = await get(id);
    expect(ended).toMatchObject({ status: 'ended', openTurns: [] });
    expect(ended.endedAt).not.toBeNull();
    for (const verb of ['pause', 'resume', 'interrupt']) expect((await control(id, verb)).status).toBe(409);
    expect(await statusOf('operator', 'PATCH', `/conversations/${id}`, { mode: 'debate' })).toBe(409);
    expect(await statusOf('operator', 'PATCH', `/conversations/${id}`, { topic: 'Old tea' })).toBe(200);
    expect((await typesOf(id)).filter((type) => type === 'conversation.ended')).toHaveLength(1);
  });

  it('changes mode, topic and settings while it goes on, each told once', async () => {
    const circle = await newCircle({ settings: { rounds: 4 } });
    const { id } = await start({ circleId: circle.id, topic: 'Go' });
    const change = { mode: 'brainstorm', topic: 'Come', settings: { turnTimeout: '90 seconds' } };
    for (let times = 0; times < 2; times += 1) {
      const changed = await api.as.operator.json<Conversation>('PATCH', `/conversations/${id}`, change);
      expect(changed).toMatchObject({
        mode: 'brainstorm',
        topic: 'Come',
        settings: { rounds: 4, turnTimeout: '90 seconds' },
      });
    }
    expect((await typesOf(id)).filter((type) => type === 'conversation.changed')).toHaveLength(1);
    for (const body of [{}, { mode: 'loud' }, { branch: 1 }, { branch: -1 }, { status: 'ended' }])
      expect([body, await statusOf('operator', 'PATCH', `/conversations/${id}`, body)]).toEqual([body, 422]);
  });

  it('of one that is not there is not found', async () => {
    for (const id of [NONE, 'x', '%00', "1' or 1=1"])
      for (const verb of ['pause', 'end', 'messages'])
        expect(
          await statusOf(
            'admin',
            'POST',
            `/conversations/${id}/${verb}`,
            verb === 'messages' ? { content: 'x' } : undefined,
          ),
        ).toBe(404);
  });
});
