import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import { v7 as uuid } from 'uuid';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import type { Page } from '../../contracts/page.ts';
import { turnIdOf } from '../../contracts/place.ts';
import type { Role, User } from '../../contracts/user.ts';
import { createConversationTurns, type TurnAttempt } from '../../store/conversation-turns.ts';
import { withApi } from '../../testing/api-server.ts';
import { untilHolds as until } from '../../testing/test-server.ts';

interface Heard {
  type: string;
  channel: string;
  sequence?: number;
  data: Record<string, unknown>;
}

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  const api = withApi({ kind });
  const users = new Map<Role, string>();
  const open: Socket[] = [];
  let ada: Agent;
  let circles = 0;
  beforeAll(async () => {
    const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
    for (const { id, role } of items) users.set(role, id);
    const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
    ada = await api.as.admin.json<Agent>('POST', '/agents', agent);
  });
  afterEach(() => open.splice(0).forEach((socket) => socket.close()));

  const follow = async (role: Role, channel: string, after?: number) => {
    const socket = await api.as[role].socket();
    open.push(socket);
    const heard: Heard[] = [];
    socket.on('message', (message: Heard) => heard.push(message));
    const ended: string[] = [];
    socket.on('unsubscribed', ({ channel: gone }: { channel: string }) => ended.push(gone));
    const asked = after === undefined ? { channel } : { channel, after };
    expect(await socket.emitWithAck('subscribe', asked)).toMatchObject({ ok: true });
    return { socket, heard, ended };
  };
  const aCircle = async (): Promise<Circle> => {
    const name = `circle ${(circles += 1)}`;
    const circle = await api.as.admin.json<Circle>('POST', '/circles', { name, visibility: 'members' });
    for (const [id, kindOfMember] of [
      [ada.id, 'agent'],
      [users.get('operator'), 'user'],
    ])
      await api.as.admin.json('PUT', `/circles/${circle.id}/members/${String(id)}`, { kind: kindOfMember });
    return circle;
  };
  const converse = (circle: Circle) =>
    api.as.admin.json<Conversation>('POST', '/conversations', { circleId: circle.id, topic: 'Tea?' });

  it('a turn is written to everybody: all so far to who comes in, then each piece, then its end and nothing more', async () => {
    const conversation = await converse(await aCircle());
    const channel = `conversations/${conversation.id}`;
    const turns = createConversationTurns(api.pool);
    const trial: TurnAttempt = {
      ...{ conversationId: conversation.id, turn: 1, suffix: 'model.0' },
      ...{ engineRunId: 'by hand', attempt: 1 },
    };
    const write = (claims: number, delta: string) =>
      turns.appendText(trial, { agentId: ada.id, claims, delta });
    const asked = { agentId: ada.id, purpose: 'speak', reason: 'It begins.' } as const;
    const early = await follow('operator', channel);
    expect(await turns.claimModelCall(trial, asked)).toMatchObject({ outcome: 'claimed' });
    await write(1, 'Grüner Tee 🍵');
    await until(() => expect(early.heard.map(({ type }) => type)).toContain('turn.delta'));
    const late = await follow('admin', channel);
    await until(() => expect(late.heard).toHaveLength(1));
    await write(1, ', bitte');
    await until(() => expect(late.heard).toHaveLength(2));
    const again = { ...trial, attempt: 2 };
    expect(await turns.claimModelCall(again, asked)).toMatchObject({ outcome: 'claimed', claims: 2 });
    expect(await write(1, ' nicht')).toBe(false);
    expect(await turns.appendText(again, { agentId: ada.id, claims: 2, delta: 'Kaffee' })).toBe(true);
    const ending = { messageId: uuid(), content: 'Kaffee', said: { mentions: [], texts: [] } };
    await turns.recordModelCall(again, { text: 'Kaffee', toolCalls: [], usage: {} }, ending);
    await until(() => expect(late.heard.at(-1)?.type).toBe('turn.completed'));

    const about = { turnId: turnIdOf(conversation.id, 1), step: 0, agentId: ada.id };
    expect(late.heard.slice(0, 2)).toEqual([
      { type: 'turn.snapshot', channel, data: { ...about, attempt: 1, text: 'Grüner Tee 🍵' } },
      { type: 'turn.delta', channel, data: { ...about, attempt: 1, offset: 13, text: ', bitte' } },
    ]);
    for (const { heard } of [early, late]) {
      const ofText = heard.filter(({ type, data }) => type === 'turn.delta' && data['attempt'] === 2);
      expect(ofText.map(({ data }) => data['text']).join('')).toBe('Kaffee');
      const message = heard.findIndex(({ type }) => type === 'message');
      expect(heard.slice(message).map(({ type }) => type)).toEqual(['message', 'turn.completed']);
      expect(heard[message]).toMatchObject({ data: { agent_id: ada.id, content: 'Kaffee' } });
    }
  });

  it('who types is told to the others, seldom, and to nobody who may not see it', async () => {
    const circle = await aCircle();
    const channel = `conversations/${(await converse(circle)).id}`;
    const writer = await follow('operator', channel);
    const reader = await follow('admin', channel);
    const stranger = await api.as.viewer.socket();
    open.push(stranger);
    for (let key = 0; key < 5; key += 1)
      expect(await writer.socket.emitWithAck('typing', { channel })).toEqual({ ok: true });
    expect(await stranger.emitWithAck('typing', { channel })).toMatchObject({ problem: { status: 404 } });
    expect(await writer.socket.emitWithAck('typing', 7)).toMatchObject({ problem: { status: 422 } });
    await until(() => expect(reader.heard).toHaveLength(1));
    expect(reader.heard).toEqual([
      {
        ...{ type: 'typing', channel },
        data: { userId: users.get('operator'), name: 'operator', timestamp: expect.any(String) },
      },
    ]);
    expect(writer.heard).toEqual([]);
  });

  it('who is taken out of a private circle hears no more of it, and is told so', async () => {
    const circle = await aCircle();
    const { id } = await converse(circle);
    const member = await follow('operator', `conversations/${id}`);
    const named = await follow('operator', `circles/${circle.name}`);
    const stays = await follow('admin', `conversations/${id}`);
    await api.as.admin.json('DELETE', `/circles/${circle.id}/members/${String(users.get('operator'))}`);
    await until(() => expect(member.ended).toEqual([`conversations/${id}`]));
    await until(() => expect(named.ended).toEqual([`circles/${circle.name}`]));
    await api.as.admin.json('POST', `/conversations/${id}/messages`, { content: 'Between us.' });
    await until(() => expect(stays.heard.map(({ type }) => type)).toContain('message'));
    const types = [...member.heard, ...named.heard].map(({ type }) => type);
    expect(types.filter((type) => type === 'message' || type === 'user.left')).toEqual([]);
  });

  it('a circle is followed by its name, and messages call it so', async () => {
    const circle = await aCircle();
    const channel = `circles/${circle.name}`;
    const { socket, heard } = await follow('operator', channel);
    const { id } = await converse(circle);
    await api.as.admin.json('POST', `/conversations/${id}/messages`, { content: 'Hello.' });
    await until(() => expect(heard.map(({ type }) => type)).toContain('message'));
    expect(new Set(heard.map((message) => message.channel))).toEqual(new Set([channel]));
    expect(await socket.emitWithAck('unsubscribe', { channel })).toEqual({ ok: true });
  });
});
