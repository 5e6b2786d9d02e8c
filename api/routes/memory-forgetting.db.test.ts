import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Forgotten, Memory, MemoryRetentions } from '../../contracts/memory.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role, User } from '../../contracts/user.ts';
import { withinWalls } from '../../store/memory/walls.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';

const Count = z.object({ count: z.number() });
const GLOBAL = { kind: 'global' } as const;

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  const api = withApi({ kind });
  const users = new Map<string, string>();
  let names = 0;
  beforeAll(async () => {
    const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
    for (const { id, role } of items) users.set(role, id);
  });

  const remember = (content: string, scope: object = GLOBAL, as: Role = 'operator'): Promise<Memory> =>
    api.as[as].json<Memory>('POST', '/memories', { content, scope });
  const anAgent = (): Promise<Agent> =>
    api.as.admin.json<Agent>('POST', '/agents', {
      ...{ name: `agent ${(names += 1)}`, role: 'Thinks', provider: 'demo', model: 'demo' },
    });
  const aCircle = (): Promise<Circle> =>
    api.as.admin.json<Circle>('POST', '/circles', { name: `circle ${(names += 1)}` });
  const count = (table: string, where: string): Promise<number> =>
    withinWalls(api.pool, { kind: 'house' }, (walled) =>
      walled.oneFirst(sql.type(Count)`
        select count(*) as count from ${sql.identifier(['memory', table])} where ${sql.identifier([table === 'vectors' ? 'unit_id' : 'id'])} = ${where}`),
    );
  const isThere = async (memory: Memory): Promise<boolean> =>
    (await count('memories', memory.id)) + (await count('vectors', memory.id)) > 0;
  const forget = (body: object, as: Role = 'operator'): Promise<Forgotten> =>
    api.as[as].json<Forgotten>('POST', '/memories/forget', body);

  it('forgets all of an agent, with its history, and nothing else', async () => {
    const [agent, other] = [await anAgent(), await anAgent()];
    const memory = await remember('It likes tea.', { kind: 'agent', id: agent.id });
    await api.as.operator.json('PATCH', `/memories/${memory.id}`, { content: 'It likes coffee.' });
    await remember('It sleeps.', { kind: 'agent', id: agent.id });
    const kept = await remember('It stays.', { kind: 'agent', id: other.id });
    expect(await forget({ of: 'agent', id: agent.id })).toEqual({ memories: 2, documents: 0 });
    expect(await forget({ of: 'agent', id: agent.id })).toEqual({ memories: 0, documents: 0 });
    expect([await isThere(memory), await isThere(kept)]).toEqual([false, true]);
  });

  it('forgets what was taken from what a person said; of somebody else only for administrators', async () => {
    const mine = await remember('I was here.', GLOBAL, 'editor');
    const others = await remember('So was I.');
    const person = { of: 'person', id: users.get('editor') };
    expect((await api.as.operator.raw('POST', '/memories/forget', person)).status).toBe(403);
    expect((await forget(person, 'editor')).memories).toBeGreaterThan(0);
    expect([await isThere(mine), await isThere(others)]).toEqual([false, true]);
    expect((await forget({ of: 'person', id: users.get('operator') }, 'admin')).memories).toBeGreaterThan(0);
    expect(await isThere(others)).toBe(false);
  });

  it('forgets with an agent, a circle or a person what was remembered of it', async () => {
    const [agent, circle] = [await anAgent(), await aCircle()];
    const credentials = {
      email: 'gone@example.com',
      name: 'gone',
      role: 'operator',
      password: 'correct horse battery',
    };
    const user = await api.as.admin.json<User>('POST', '/users', credentials);
    const ofAgent = await remember('Of the agent.', { kind: 'agent', id: agent.id });
    const ofCircle = await remember('Of the circle.', { kind: 'circle', id: circle.id });
    const by = { kind: 'house', id: null, name: 'house' } as const;
    const ofUser = await api.store.memories.remember(
      { kind: 'house' },
      { content: 'For one person.', scope: GLOBAL, audience: user.id },
      by,
    );
    const any = { 'if-match': '*' };
    expect((await api.as.admin.raw('DELETE', `/agents/${agent.id}`, undefined, any)).status).toBe(204);
    expect((await api.as.admin.raw('DELETE', `/circles/${circle.id}`, undefined, any)).status).toBe(204);
    expect((await api.as.admin.raw('DELETE', `/users/${user.id}`)).status).toBe(204);
    for (const memory of [ofAgent, ofCircle, ofUser]) expect(await isThere(memory)).toBe(false);
  });

  it('forgets with a conversation what was remembered of it', async () => {
    const agent = await anAgent();
    const talk = { agentId: agent.id, topic: '' };
    const { id } = await api.as.operator.json<{ id: string }>('POST', '/conversations', talk);
    const ofTalk = await remember('Of the conversation.', { kind: 'conversation', id });
    const ofAgent = await remember('Of the agent.', { kind: 'agent', id: agent.id });
    await api.pool.query(sql.type(z.object({}))`delete from conversation.conversations where id = ${id}`);
    expect([await isThere(ofTalk), await isThere(ofAgent)]).toEqual([false, true]);
  });

  it('forgets of a conversation also what was taken from it into other scopes', async () => {
    const agent = await anAgent();
    const scope = { kind: 'agent', id: agent.id } as const;
    const talk = { agentId: agent.id, topic: '' };
    const [one, other] = [
      await api.as.operator.json<{ id: string }>('POST', '/conversations', talk),
      await api.as.operator.json<{ id: string }>('POST', '/conversations', talk),
    ];
    const taken = (conversationId: string, content: string): Promise<Memory> =>
      api.store.memories.remember(
        { kind: 'conversation', conversationId },
        { content, scope, source: { conversationId } },
        { kind: 'house', id: null, name: 'house' },
      );
    const [gone, kept] = [
      await taken(one.id, 'The badger sleeps.'),
      await taken(other.id, 'The heron nests.'),
    ];
    expect(await forget({ of: 'conversation', id: one.id })).toEqual({ memories: 1, documents: 0 });
    expect([await isThere(gone), await isThere(kept)]).toEqual([false, true]);
  });

  it('keeps so much of each scope as its retention says: the least important and oldest go first', async () => {
    const { items } = await api.as.admin.json<MemoryRetentions>('GET', '/memories/retention');
    expect(items.map(({ scope }) => scope)).toEqual(['global', 'circle', 'agent', 'conversation']);
    expect((await api.as.editor.raw('GET', '/memories/retention')).status).toBe(403);
    const rule = { scope: 'agent', maxAgeDays: null, maxItems: 10 };
    const twice = { items: [rule, rule] };
    expect((await api.as.admin.raw('PUT', '/memories/retention', twice)).status).toBe(422);
    await api.as.admin.json('PUT', '/memories/retention', { items: [rule] });
    const agent = await anAgent();
    const scope = { kind: 'agent', id: agent.id };
    const block = { kind: 'block', name: 'persona', content: 'Be kind.', importance: 0, scope };
    const kept = await api.as.operator.json<Memory>('POST', '/memories', block);
    const made: Memory[] = [];
    for (let at = 0; at < 13; at += 1)
      made.push(
        await api.as.operator.json<Memory>('POST', '/memories', {
          ...{ content: `Fact ${at}.`, scope, importance: at === 0 ? 1 : 0.5 },
        }),
      );
    while ((await api.store.retention.deleteSomeOld()) > 0);
    const path = `/memories?scope=agent&scopeId=${agent.id}`;
    const { items: left } = await api.as.operator.json<Page<Memory>>('GET', path);
    const expected = [made[0], ...made.slice(4), kept].map((memory) => memory?.id);
    expect(left.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
  });

  it('keeps the last hundred versions of what is changed all the time', async () => {
    const { id } = await remember('The last version.');
    await withinWalls(api.pool, { kind: 'house' }, (walled) =>
      walled.query(sql.type(z.object({}))`
        insert into memory.memories (id, chain, superseded_by, kind, scope_kind, scope_id, audience, content, author_kind, author_name)
        select gen_random_uuid(), m.id, m.id, 'fact', m.scope_kind, m.scope_id, m.audience, 'Version ' || at, 'house', 'house'
        from memory.memories m, generate_series(1, 150) at where m.id = ${id}`),
    );
    while ((await api.store.retention.deleteSomeOld()) > 0);
    const { chain } = await api.store.memories.getMemory({ kind: 'house' }, id);
    expect([chain.length, chain.some((one) => one.id === id)]).toEqual([100, true]);
  });

  it('exports what one may see, line by line', async () => {
    const circle = await api.as.admin.json<Circle>('POST', '/circles', {
      ...{ name: `circle ${(names += 1)}`, visibility: 'members' },
    });
    const hidden = await remember('Not for all.', { kind: 'circle', id: circle.id }, 'admin');
    for (let at = 0; at < 3; at += 1) await remember(`Exported ${at}.`);
    const answer = await api.as.viewer.raw('GET', '/memories/export?q=exported');
    expect(answer.headers.get('content-type')).toContain('application/jsonl');
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Memory).content)).toEqual(
      [0, 1, 2].map((at) => `Exported ${at}.`),
    );
    const all = await (await api.as.viewer.raw('GET', '/memories/export')).text();
    expect(all).not.toContain(hidden.id);
    expect(await (await api.as.admin.raw('GET', '/memories/export')).text()).toContain(hidden.id);
  });
});
