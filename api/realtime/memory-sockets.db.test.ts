import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';

import type { Circle } from '../../contracts/circle.ts';
import type { Memory } from '../../contracts/memory.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role, User } from '../../contracts/user.ts';
import { withApi } from '../../testing/api-server.ts';
import { untilHolds as until } from '../../testing/test-server.ts';

interface Heard {
  type: string;
  channel: string;
  data: { ids?: string[]; kind?: string; scope?: object; count?: number };
}
const NONE = '01890000-0000-7000-8000-000000000000';

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  const api = withApi({ kind });
  const users = new Map<Role, string>();
  const open: Socket[] = [];
  let circles = 0;
  beforeAll(async () => {
    const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
    for (const { id, role } of items) users.set(role, id);
  });
  afterEach(() => open.splice(0).forEach((socket) => socket.close()));

  const connect = async (role: Role) => {
    const socket = await api.as[role].socket();
    open.push(socket);
    const heard: Heard[] = [];
    const ended: string[] = [];
    socket.on('message', (message: Heard) => heard.push(message));
    socket.on('unsubscribed', ({ channel }: { channel: string }) => ended.push(channel));
    const subscribe = async (channel: string): Promise<boolean> =>
      ((await socket.emitWithAck('subscribe', { channel })) as { ok: boolean }).ok; // As the API acknowledges.
    return { socket, heard, ended, subscribe };
  };
  const remember = (content: string, scope: object, as: Role = 'operator'): Promise<Memory> =>
    api.as[as].json<Memory>('POST', '/memories', { content, scope });
  const aCircle = async (): Promise<Circle> => {
    const body = { name: `circle ${(circles += 1)}`, visibility: 'members' };
    const circle = await api.as.admin.json<Circle>('POST', '/circles', body);
    const path = `/circles/${circle.id}/members/${String(users.get('operator'))}`;
    await api.as.admin.json('PUT', path, { kind: 'user' });
    return circle;
  };

  it('tell what is remembered, superseded and forgotten, never its content', async () => {
    const { heard, subscribe } = await connect('viewer');
    expect(await subscribe('memories/everyone')).toBe(true);
    const first = await remember('A secret word.', { kind: 'global' });
    const change = { content: 'Another secret word.' };
    const second = await api.as.operator.json<Memory>('PATCH', `/memories/${first.id}`, change);
    await api.as.operator.raw('DELETE', `/memories/${second.id}`);
    await until(() => expect(heard).toHaveLength(4));
    const scope = { kind: 'global' };
    expect(heard.map(({ type, data }) => [type, data.ids, data.kind, data.scope, data.count])).toEqual([
      ['memory.remembered', [first.id], 'fact', scope, 1],
      ['memory.superseded', [first.id], 'fact', scope, 1],
      ['memory.remembered', [second.id], 'fact', scope, 1],
      ['memory.forgotten', [first.id, second.id], 'fact', scope, 2],
    ]);
    expect(JSON.stringify(heard)).not.toContain('secret');
  });

  it('are found by ids in capitals too, and nobody types there', async () => {
    const { heard, subscribe, socket } = await connect('admin');
    const channel = `memories/${String(users.get('admin')).toUpperCase()}`;
    expect(await subscribe(channel)).toBe(true);
    expect(await socket.emitWithAck('typing', { channel })).toMatchObject({ problem: { status: 422 } });
    await api.store.memories.remember(
      { kind: 'house' },
      { content: 'For one.', scope: { kind: 'global' }, audience: String(users.get('admin')) },
      { kind: 'house', id: null, name: 'house' },
    );
    await until(() => expect(heard).toMatchObject([{ type: 'memory.remembered', channel }]));
  });

  it('are for those who may see the memories', async () => {
    const circle = await aCircle();
    const own = (role: Role): string => `memories/${String(users.get(role))}`;
    const of = (id: string): string => `memories/${id}`;
    const followed = async (role: Role): Promise<boolean[]> => {
      const { subscribe } = await connect(role);
      const channels = [
        own('operator'),
        own('viewer'),
        of(circle.id),
        of(circle.name),
        of(NONE),
        'memories/x',
      ];
      return Promise.all(channels.map(subscribe));
    };
    expect(await followed('operator')).toEqual([true, false, true, false, false, false]);
    expect(await followed('viewer')).toEqual([false, true, false, false, false, false]);
    expect(await followed('admin')).toEqual([true, true, true, false, false, false]);
  });

  it.each(['was taken out of it', 'did not belong to it when it was closed', 'has lost it'])(
    'end for whoever %s, before anything else is told',
    async (how) => {
      const circle = await aCircle();
      const body = { name: circle.name, visibility: 'everyone' };
      const any = { 'if-match': '*' };
      await api.as.admin.json('PUT', `/circles/${circle.id}`, body, any);
      const follower = await connect(how.startsWith('did') ? 'viewer' : 'operator');
      const channel = `memories/${circle.id}`;
      expect(await follower.subscribe(channel)).toBe(true);
      const scope = { kind: 'circle', id: circle.id };
      const before = await remember('Before.', scope, 'admin');
      await until(() => expect(follower.heard).toHaveLength(1));
      if (how.startsWith('has')) {
        await api.as.admin.raw('DELETE', `/circles/${circle.id}`, undefined, any);
      } else {
        await api.as.admin.raw('DELETE', `/circles/${circle.id}/members/${String(users.get('operator'))}`);
        await api.as.admin.json('PUT', `/circles/${circle.id}`, { ...body, visibility: 'members' }, any);
        await remember('After.', scope, 'admin');
      }
      await until(() => expect(follower.ended).toEqual([channel]));
      const remembered = follower.heard.filter(({ type }) => type === 'memory.remembered');
      expect(remembered.flatMap(({ data }) => data.ids)).toEqual([before.id]);
    },
  );
});
