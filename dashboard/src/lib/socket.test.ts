import { describe, expect, it } from '@jest/globals';

import { createLive, type LiveMessage, type SocketLike } from './socket.ts';

/** A socket whose server is the test. */
function fakeSocket() {
  const listeners = new Map<string, (argument: unknown) => void>();
  const sent: { event: string; payload: unknown; acknowledge: ((answer: unknown) => void) | undefined }[] =
    [];
  const socket: SocketLike = {
    connected: false,
    on: (event, listener) => listeners.set(event, listener),
    emit: (event, payload, acknowledge) => sent.push({ event, payload, acknowledge }),
    connect: () => undefined,
    disconnect: () => undefined,
  };
  const hear = (event: string, argument?: unknown) => listeners.get(event)?.(argument);
  return {
    socket,
    sent,
    hear,
    open: () => {
      socket.connected = true;
      hear('connect');
    },
    lose: (reason = 'transport close') => {
      socket.connected = false;
      hear('disconnect', reason);
    },
    refuse: () => hear('connect_error', new Error('refused')),
    deliver: (channel: string, sequence: number | undefined, type = 'node.started') =>
      hear('message', { type, channel, ...(sequence !== undefined && { sequence }), data: {} }),
    subscriptions: () => sent.filter(({ event }) => event === 'subscribe').map(({ payload }) => payload),
  };
}

const aProblem = {
  ...{ type: 'about:blank', title: 'Not found', status: 404 },
  ...{ detail: '', requestId: 'r', errors: [] },
};

function setUp() {
  const server = fakeSocket();
  const timers: { work: () => void; delayMs: number; canceled: boolean }[] = [];
  let time = 1_000_000;
  const live = createLive({
    socket: server.socket,
    now: () => time,
    schedule: (work, delayMs) => {
      const timer = { work, delayMs, canceled: false };
      timers.push(timer);
      return () => (timer.canceled = true);
    },
  });
  const heard: LiveMessage[] = [];
  const sequences = () => heard.map((message) => message.sequence);
  const join = (channel: string, after?: number) =>
    live.subscribe(channel, {
      ...(after !== undefined && { after }),
      onMessage: (message) => heard.push(message),
    });
  return { ...server, live, timers, heard, sequences, join, pass: (ms: number) => (time += ms) };
}

describe('the live connection', () => {
  it('asks for everything after what is known already', () => {
    const { join, open, subscriptions } = setUp();
    join('runs/1', 7);
    open();
    expect(subscriptions()).toEqual([{ channel: 'runs/1', after: 7 }]);
  });

  it('delivers each event once and in order', () => {
    const { join, open, deliver, sequences } = setUp();
    join('runs/1', 0);
    open();
    for (const sequence of [1, 2, 2, 1, 3]) deliver('runs/1', sequence);
    expect(sequences()).toEqual([1, 2, 3]);
  });

  it('asks once for what is missing when there is a gap', () => {
    const { join, open, deliver, sequences, subscriptions } = setUp();
    join('runs/1', 0);
    open();
    for (const sequence of [1, 4, 5]) deliver('runs/1', sequence);
    expect(sequences()).toEqual([1]);
    expect(subscriptions().slice(1)).toEqual([{ channel: 'runs/1', after: 1 }]);
    for (const sequence of [2, 3, 4, 5]) deliver('runs/1', sequence);
    expect(sequences()).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes on after the last event when the connection is back, and counts what came in', () => {
    const { join, open, lose, deliver, subscriptions, live, timers, pass } = setUp();
    join('runs/1', 0);
    open();
    deliver('runs/1', 1);
    lose();
    pass(4000);
    open();
    expect(subscriptions().at(-1)).toEqual({ channel: 'runs/1', after: 1 });
    deliver('runs/1', 2);
    deliver('runs/1', 3);
    timers.at(-1)?.work();
    expect(live.state.getState().connection).toEqual({ phase: 'open', restored: { after: 4000, events: 2 } });
  });

  it('says since when it is lost and when it tries again, each time later', () => {
    const { join, open, lose, refuse, live, timers, pass } = setUp();
    join('runs/1');
    open();
    lose();
    expect(live.state.getState().connection).toEqual({
      phase: 'offline',
      since: 1_000_000,
      nextAttemptAt: 1_000_500,
    });
    for (let attempt = 0; attempt < 8; attempt += 1) {
      pass(100);
      refuse();
    }
    expect(live.state.getState().connection).toMatchObject({ phase: 'offline', since: 1_000_000 });
    expect(timers.map((timer) => timer.delayMs)).toEqual([
      500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000,
    ]);
  });

  it('passes streamed text on although it has no sequence', () => {
    const { join, open, deliver, heard } = setUp();
    join('runs/1', 3);
    open();
    deliver('runs/1', undefined, 'turn.delta');
    expect(heard).toHaveLength(1);
  });

  it('leaves a channel with its last subscriber', () => {
    const { join, open, deliver, heard, sent } = setUp();
    const leave = join('runs/1', 0);
    const leaveToo = join('runs/1');
    open();
    leave();
    heard.length = 0;
    deliver('runs/1', 1);
    expect(heard).toHaveLength(1);
    leaveToo();
    deliver('runs/1', 2);
    expect(heard).toHaveLength(1);
    expect(sent.at(-1)).toMatchObject({ event: 'unsubscribe', payload: { channel: 'runs/1' } });
  });

  it('gives who comes later what came after their own place, and nobody anything twice', () => {
    const { join, open, deliver, sequences, subscriptions, live } = setUp();
    join('runs/1', 4);
    open();
    for (const sequence of [5, 6, 7]) deliver('runs/1', sequence);
    const late: (number | undefined)[] = [];
    live.subscribe('runs/1', { after: 5, onMessage: ({ sequence }) => late.push(sequence) });
    expect(subscriptions().at(-1)).toEqual({ channel: 'runs/1', after: 5 });
    deliver('runs/1', 8); // Still sent to the old place.
    for (const sequence of [6, 7, 8, 9]) deliver('runs/1', sequence);
    expect(sequences()).toEqual([5, 6, 7, 8, 9]);
    expect(late).toEqual([6, 7, 8, 9]);
    expect(subscriptions()).toHaveLength(2);
  });

  it('has the texts that are being written sent again for who comes later', () => {
    const { join, open, deliver, subscriptions } = setUp();
    join('runs/1', 0);
    open();
    deliver('runs/1', 1);
    join('runs/1');
    expect(subscriptions()).toEqual([
      { channel: 'runs/1', after: 0 },
      { channel: 'runs/1', after: 1 },
    ]);
  });

  it('tells of typing now and then only', () => {
    const { join, open, live, sent, pass } = setUp();
    live.typing('conversations/1');
    join('conversations/1', 0);
    live.typing('conversations/1');
    open();
    for (let key = 0; key < 5; key += 1) {
      live.typing('conversations/1');
      pass(500);
    }
    expect(sent.filter(({ event }) => event === 'typing')).toMatchObject([
      { payload: { channel: 'conversations/1' } },
      { payload: { channel: 'conversations/1' } },
    ]);
  });

  it('tells a subscriber that may follow no longer', () => {
    const { live, open, hear, deliver } = setUp();
    const heard: string[] = [];
    live.subscribe('circles/1', {
      after: 0,
      onMessage: ({ type }) => heard.push(type),
      onRefused: ({ title }) => heard.push(title),
    });
    open();
    hear('unsubscribed', { channel: 'circles/1', problem: aProblem });
    deliver('circles/1', 1);
    expect(heard).toEqual(['Not found']);
  });

  it('tells a subscriber why its channel is refused', () => {
    const { live, open, sent } = setUp();
    const refusals: string[] = [];
    live.subscribe('runs/2', {
      onMessage: () => undefined,
      onRefused: (problem) => refusals.push(problem.title),
    });
    open();
    sent.at(-1)?.acknowledge?.({ ok: false, problem: aProblem });
    expect(refusals).toEqual(['Not found']);
  });

  it('forgets its channels when it is closed', () => {
    const { live, join, open, lose, deliver, heard } = setUp();
    join('runs/1', 0);
    open();
    live.close();
    lose('io client disconnect');
    deliver('runs/1', 1);
    expect(heard).toEqual([]);
    expect(live.state.getState().connection).toEqual({ phase: 'idle' });
  });
});
