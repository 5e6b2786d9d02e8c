import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { Problem } from '../../../contracts/problem.ts';

/** A message of a channel. Stored events carry a sequence; streams of text do not. */
export const LiveMessage = z.object({
  type: z.string(),
  channel: z.string(),
  sequence: z.number().int().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type LiveMessage = z.infer<typeof LiveMessage>;

export type ConnectionState =
  | { phase: 'idle' }
  | { phase: 'connecting' }
  | { phase: 'open'; restored?: { after: number; events: number } }
  | { phase: 'offline'; since: number; nextAttemptAt: number };

export interface Subscription {
  /** Sequence of the last event that is known already; absent: from now on. */
  after?: number;
  onMessage: (message: LiveMessage) => void;
  onRefused?: (problem: Problem) => void;
}

/** The live connection: one socket, resumed after each loss where it stopped, with no event twice. */
export interface Live {
  state: StoreApi<{ connection: ConnectionState }>;
  /** Joins a channel until the returned function is called. A channel's later subscribers join at its present place. */
  subscribe: (channel: string, subscription: Subscription) => () => void;
  connectNow: () => void;
  close: () => void;
}

/** What is used of a socket.io client. */
export interface SocketLike {
  on: (event: string, listener: (argument: unknown) => void) => unknown;
  emit: (event: string, payload: unknown, acknowledge?: (answer: unknown) => void) => unknown;
  connect: () => unknown;
  disconnect: () => unknown;
  connected: boolean;
}

const Acknowledgement = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), sequence: z.number().int() }),
  z.object({ ok: z.literal(false), problem: Problem }),
]);

interface Room {
  subscribers: Set<Subscription>;
  last: number | undefined;
  /** Where a gap was asked to be filled from, so that it is asked for once. */
  askedAfter?: number;
}

interface Dependencies {
  socket: SocketLike;
  now: () => number;
  schedule: (work: () => void, delayMs: number) => () => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** How long the connection is given to bring what was missed before it is counted. */
const CATCH_UP_MS = 1_500;

export function createLive({ socket, now, schedule }: Dependencies): Live {
  const state = createStore<{ connection: ConnectionState }>(() => ({ connection: { phase: 'idle' } }));
  const rooms = new Map<string, Room>();
  const show = (connection: ConnectionState) => state.setState({ connection });
  let failures = 0;
  let cancelTimer: () => void = () => undefined;
  let lostAt: number | undefined;
  let cameIn: number | undefined;

  const join = (channel: string, room: Room) => {
    const payload = room.last === undefined ? { channel } : { channel, after: room.last };
    socket.emit('subscribe', payload, (answer) => {
      const parsed = Acknowledgement.safeParse(answer);
      if (!parsed.success || rooms.get(channel) !== room) return;
      if (parsed.data.ok) room.last ??= parsed.data.sequence;
      else for (const { onRefused } of room.subscribers) onRefused?.(parsed.data.problem);
    });
  };

  const connect = () => {
    cancelTimer();
    if (state.getState().connection.phase !== 'offline') show({ phase: 'connecting' });
    socket.connect();
  };

  const lost = () => {
    if (rooms.size === 0) {
      show({ phase: 'idle' });
      return;
    }
    lostAt ??= now();
    const delay = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
    failures += 1;
    show({ phase: 'offline', since: lostAt, nextAttemptAt: now() + delay });
    cancelTimer();
    cancelTimer = schedule(connect, delay);
  };

  socket.on('connect', () => {
    failures = 0;
    cancelTimer();
    for (const [channel, room] of rooms) join(channel, room);
    if (lostAt === undefined) {
      show({ phase: 'open' });
      return;
    }
    const after = now() - lostAt;
    lostAt = undefined;
    cameIn = 0;
    show({ phase: 'open' });
    cancelTimer = schedule(() => {
      if (cameIn !== undefined) show({ phase: 'open', restored: { after, events: cameIn } });
      cameIn = undefined;
    }, CATCH_UP_MS);
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') lost();
  });
  socket.on('connect_error', lost);
  socket.on('message', (raw) => {
    const parsed = LiveMessage.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    const room = rooms.get(message.channel);
    if (room === undefined || !advance(room, message, () => join(message.channel, room))) return;
    if (cameIn !== undefined && message.sequence !== undefined) cameIn += 1;
    for (const { onMessage } of room.subscribers) onMessage(message);
  });

  return {
    state,
    subscribe: (channel, subscription) => {
      const known = rooms.get(channel);
      const room = known ?? { subscribers: new Set<Subscription>(), last: subscription.after };
      room.subscribers.add(subscription);
      rooms.set(channel, room);
      if (socket.connected && known === undefined) join(channel, room);
      else if (!socket.connected && state.getState().connection.phase === 'idle') connect();
      return () => {
        room.subscribers.delete(subscription);
        if (room.subscribers.size > 0 || rooms.get(channel) !== room) return;
        rooms.delete(channel);
        if (socket.connected) socket.emit('unsubscribe', { channel });
      };
    },
    connectNow: connect,
    close: () => {
      cancelTimer();
      rooms.clear();
      lostAt = undefined;
      socket.disconnect();
      show({ phase: 'idle' });
    },
  };
}

/** Whether a message is the next one; a known one is dropped, and a gap asks for what was missed. */
function advance(room: Room, message: LiveMessage, catchUp: () => void): boolean {
  if (message.sequence === undefined) return true;
  if (room.last !== undefined) {
    if (message.sequence <= room.last) return false;
    if (message.sequence > room.last + 1) {
      if (room.askedAfter !== room.last) catchUp();
      room.askedAfter = room.last;
      return false;
    }
  }
  room.last = message.sequence;
  return true;
}
