import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { z } from 'zod';

import { json } from '../../store/json.ts';
import { sql } from '../../store/pool.ts';
import { JWT_SECRET, withApi } from '../../testing/api-server.ts';
import { untilHolds as until } from '../../testing/test-server.ts';

const nothing = z.object({});
const Message = z.object({
  type: z.string(),
  channel: z.string(),
  sequence: z.number().optional(),
  data: z.record(z.string(), z.unknown()),
});
type Message = z.infer<typeof Message>;

type Answer = { ok: boolean; sequence?: number; problem?: { status: number; detail: string } };

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  const api = withApi({ kind });
  const open: Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  interface Listener {
    socket: Socket;
    messages: Message[];
    subscribe: (channel: unknown, after?: number) => Promise<Answer>;
  }
  const listener = async (role: 'admin' | 'viewer' = 'viewer'): Promise<Listener> => {
    const socket = await api.as[role].socket();
    open.push(socket);
    const messages: Message[] = [];
    socket.on('message', (message: unknown) => void messages.push(Message.parse(message)));
    const subscribe = async (channel: unknown, after?: number): Promise<Answer> =>
      (await socket
        .timeout(10_000)
        .emitWithAck('subscribe', after === undefined ? { channel } : { channel, after })) as Answer; // Checked by each test.
    return { socket, messages, subscribe };
  };
  const sequencesOf = (messages: readonly Message[]): (number | undefined)[] =>
    messages.map(({ sequence }) => sequence);
  const numbers = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n);

  let pipeline = 0;
  beforeAll(async () => {
    await api.as.editor.json('POST', '/pipelines', {
      name: 'watched',
      nodes: [{ id: 'one', type: 'transform', config: { expression: '1' } }],
    });
  });
  const aRun = async (): Promise<string> =>
    (
      await api.as.operator.json<{ id: string }>('POST', '/pipelines/watched/runs', {
        input: { n: (pipeline += 1) },
      })
    ).id;
  const tell = (runId: string, name: string): Promise<unknown> =>
    api.pool.query(sql.type(nothing)`
      select pipeline.tell(${runId}, ${json([
        {
          key: `${runId}/${name}`,
          type: 'node.started',
          data: { nodeId: name, path: name, iteration: '0', kind: 'agent' },
        },
      ])})`);

  describe('a follower', () => {
    it('gets what it missed and what happens now, in order and once', async () => {
      const runId = await aRun();
      await tell(runId, 'a');
      const { messages, subscribe } = await listener();
      expect(await subscribe(`runs/${runId}`, 0)).toEqual({ ok: true, sequence: 2 });
      await tell(runId, 'b');
      await until(() => expect(messages).toHaveLength(3));
      expect(messages).toMatchObject([
        { type: 'run.queued', sequence: 1, channel: `runs/${runId}` },
        { type: 'node.started', sequence: 2, data: { nodeId: 'a', timestamp: expect.any(String) } },
        { type: 'node.started', sequence: 3, data: { nodeId: 'b' } },
      ]);
    });

    it('gets only what is new when it says nothing of before', async () => {
      const runId = await aRun();
      const { messages, subscribe } = await listener();
      expect(await subscribe(`runs/${runId}`)).toEqual({ ok: true, sequence: 1 });
      await tell(runId, 'a');
      await until(() => expect(sequencesOf(messages)).toEqual([2]));
    });

    it('gets each event once also when it has subscribed several times at once', async () => {
      const runId = await aRun();
      const { messages, subscribe } = await listener();
      const answers = await Promise.all(Array.from({ length: 8 }, () => subscribe(`runs/${runId}`)));
      expect(answers).toEqual(Array.from({ length: 8 }, () => ({ ok: true, sequence: 1 })));
      for (const name of ['a', 'b', 'c']) await tell(runId, name);
      await until(() => expect(sequencesOf(messages)).toContain(4));
      expect(sequencesOf(messages)).toEqual([2, 3, 4]);
    });

    it('misses nothing and gets nothing twice, wherever it comes in while hundreds of events are told', async () => {
      const runId = await aRun();
      const total = 400;
      const telling = (async () => {
        for (let n = 2; n <= total; n += 1) await tell(runId, `n${n}`);
      })();
      const followers: { from: number; messages: Message[] }[] = [];
      for (const after of [0, 0, 5, undefined, 20, undefined, 0]) {
        const { messages, subscribe } = await listener();
        const { sequence = -1 } = await subscribe(`runs/${runId}`, after);
        followers.push({ from: (after ?? sequence) + 1, messages });
      }
      await telling;
      await until(() =>
        expect(followers.every(({ messages }) => messages.at(-1)?.sequence === total)).toBe(true),
      );
      for (const { from, messages } of followers) expect(sequencesOf(messages)).toEqual(numbers(from, total));
    });

    it('may start again from another place, and stop', async () => {
      const runId = await aRun();
      const { socket, messages, subscribe } = await listener();
      await subscribe(`runs/${runId}`, 0);
      await until(() => expect(messages).toHaveLength(1));
      await subscribe(`runs/${runId}`, 0);
      await until(() => expect(sequencesOf(messages)).toEqual([1, 1]));
      expect(await socket.emitWithAck('unsubscribe', { channel: `runs/${runId}` })).toEqual({ ok: true });
      await tell(runId, 'a');
      const again = await listener();
      await again.subscribe(`runs/${runId}`, 0);
      await until(() => expect(sequencesOf(again.messages)).toEqual([1, 2]));
      expect(messages).toHaveLength(2);
    });

    it('of everything sees runs begin', async () => {
      const { messages, subscribe } = await listener();
      await subscribe('activity');
      const runId = await aRun();
      await until(() => expect(messages).toHaveLength(1));
      expect(messages).toMatchObject([
        { type: 'run.queued', data: { runId, pipelineName: 'watched', status: 'queued' } },
      ]);
    });
  });

  describe('a growing text', () => {
    const write = (runId: string, attempt: number, text: string): Promise<unknown> =>
      api.pool.query(sql.type(nothing)`
        with written as (
          insert into pipeline.turn_texts as t (turn_id, run_id, channel, node_id, path, iteration, attempt, text)
          values (${`${runId}/ask/0/model.0`}, ${runId}, ${`runs/${runId}`}, 'ask', 'ask', '0', ${attempt}, ${text})
          on conflict (turn_id) do update set attempt = excluded.attempt, text = excluded.text
        )
        select pg_notify('gathering_text', ${`runs/${runId}`})`);

    it('comes whole to whoever comes in the middle, then piece by piece, and anew from a later attempt', async () => {
      const runId = await aRun();
      const early = await listener();
      await early.subscribe(`runs/${runId}`);
      await write(runId, 1, 'Ein Löwe 🦁');
      await until(() => expect(early.messages).toHaveLength(1));
      const late = await listener();
      await late.subscribe(`runs/${runId}`);
      await until(() => expect(late.messages).toHaveLength(1));
      await write(runId, 1, 'Ein Löwe 🦁 brüllt');
      await until(() => expect(late.messages).toHaveLength(2));
      await write(runId, 2, 'Zwei');
      await until(() => expect(late.messages).toHaveLength(3));
      const about = { turnId: `${runId}/ask/0/model.0`, nodeId: 'ask', path: 'ask', iteration: '0' };
      const rest = [
        { type: 'turn.delta', data: { ...about, attempt: 1, offset: 11, text: ' brüllt' } },
        { type: 'turn.delta', data: { ...about, attempt: 2, offset: 0, text: 'Zwei' } },
      ];
      expect(late.messages).toMatchObject([
        { type: 'turn.snapshot', data: { ...about, attempt: 1, text: 'Ein Löwe 🦁' } },
        ...rest,
      ]);
      expect(early.messages).toMatchObject([
        { type: 'turn.delta', data: { ...about, attempt: 1, offset: 0, text: 'Ein Löwe 🦁' } },
        ...rest,
      ]);
    });
  });

  describe('is refused', () => {
    it('a channel that there is not', async () => {
      const { subscribe } = await listener();
      const statusOf = async (channel: unknown, after?: number) =>
        (await subscribe(channel, after)).problem?.status;
      for (const channel of [
        'runs/01890000-0000-7000-8000-000000000000',
        'runs/x',
        'runs/',
        'nothing',
        'runs/\u0000',
      ]) {
        expect([channel, await statusOf(channel)]).toEqual([channel, 404]);
      }
      for (const channel of [7, null, {}, 'x'.repeat(300)]) expect(await statusOf(channel)).toBe(422);
      expect(await statusOf('activity', -1)).toBe(422);
    });

    it('a handshake without a good token', async () => {
      const refused = (auth: object): Promise<unknown> =>
        new Promise((resolve) => {
          const socket = io(api.url, {
            transports: ['websocket'],
            auth,
            forceNew: true,
            reconnection: false,
          });
          open.push(socket);
          socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data));
        });
      for (const auth of [{}, { token: 'x' }, { token: 7 }])
        expect(await refused(auth)).toMatchObject({ status: 401 });
    });

    it('a transport other than websocket', async () => {
      expect((await fetch(`${api.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(400);
    });
  });

  it('closes a socket when its token expires', async () => {
    const user = await api.store.users.findUserByEmail('viewer@example.com');
    const sid = await api.store.sessions.insertSession(user?.id ?? '');
    const options = {
      algorithm: 'HS256',
      issuer: 'gathering',
      audience: 'gathering-api',
      expiresIn: 2,
    } as const;
    const token = jwt.sign({ sid, use: 'access' }, JWT_SECRET, options);
    const socket = io(api.url, {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
    });
    open.push(socket);
    const reason = await new Promise((resolve, reject) => {
      socket.once('connect_error', reject);
      socket.once('disconnect', resolve);
    });
    expect(reason).toBe('io server disconnect');
  });

  it('closes a socket when its session is revoked', async () => {
    const login = await fetch(`${api.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'viewer@example.com', password: 'correct horse battery' }),
    });
    const { accessToken } = (await login.json()) as { accessToken: string }; // The API's contract.
    const socket = io(api.url, {
      transports: ['websocket'],
      auth: { token: accessToken },
      forceNew: true,
      reconnection: false,
    });
    open.push(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    await fetch(`${api.url}/api/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(await gone).toBe('io server disconnect');
  });
});
