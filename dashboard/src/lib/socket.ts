import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { TYPING_EVERY_MS } from '../../../contracts/event.ts';
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
  /** Joins a channel until the returned function is called; each subscriber gets what comes after the place it names. */
  subscribe: (channel: string, subscription: Subscription) => () => void;
  /** Tells the others on a channel that the user writes; seldom, however often it is called. */
  typing: (channel: string) => void;
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

const Unsubscribed = z.object({ channel: z.string(), problem: Problem });

const Acknowledgement = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), sequence: z.number().int() }),
  z.object({ ok: z.literal(false), problem: Problem }),
]);

interface Room {
  /** With the sequence of the last event that each has. */
  subscribers: Map<Subscription, number | undefined>;
  last: number | undefined;
  /** Where a gap was asked to be filled from, so that it is asked for once. */
  askedAfter?: number;
  typedAt?: number;
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
      else refuse(room, parsed.data.problem);
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
  socket.on('unsubscribed', (raw) => {
    const parsed = Unsubscribed.safeParse(raw);
    const room = parsed.success ? rooms.get(parsed.data.channel) : undefined;
    if (!parsed.success || room === undefined) return;
    rooms.delete(parsed.data.channel);
    refuse(room, parsed.data.problem);
  });
  socket.on('message', (raw) => {
    const parsed = LiveMessage.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    const room = rooms.get(message.channel);
    if (room === undefined || !advance(room, message, () => join(message.channel, room))) return;
    if (cameIn !== undefined && message.sequence !== undefined) cameIn += 1;
    hand(room, message);
  });

  return {
    state,
    subscribe: (channel, subscription) => {
      const known = rooms.get(channel);
      const room = known ?? { subscribers: new Map<Subscription, number>(), last: subscription.after };
      room.subscribers.set(subscription, subscription.after ?? room.last);
      rooms.set(channel, room);
      if (known !== undefined) stepBack(known, subscription.after);
      if (socket.connected) join(channel, room);
      else if (state.getState().connection.phase === 'idle') connect();
      return () => {
        room.subscribers.delete(subscription);
        if (room.subscribers.size > 0 || rooms.get(channel) !== room) return;
        rooms.delete(channel);
        if (socket.connected) socket.emit('unsubscribe', { channel });
      };
    },
    typing: (channel) => {
      const room = rooms.get(channel);
      if (room === undefined || !socket.connected || now() - (room.typedAt ?? 0) < TYPING_EVERY_MS) return;
      room.typedAt = now();
      socket.emit('typing', { channel });
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

function refuse(room: Room, problem: Problem): void {
  for (const { onRefused } of room.subscribers.keys()) onRefused?.(problem);
}

/** To those who do not have it yet. */
function hand(room: Room, message: LiveMessage): void {
  const { sequence } = message;
  for (const [subscription, last] of [...room.subscribers]) {
    if (sequence !== undefined) {
      if (last !== undefined && sequence <= last) continue;
      room.subscribers.set(subscription, sequence);
    }
    subscription.onMessage(message);
  }
}

/** Whoever comes later joins anew, from its own place where that is an earlier one, and so gets the texts that are being written too. */
function stepBack(room: Room, after: number | undefined): void {
  if (room.last === undefined) return;
  room.last = Math.min(room.last, after ?? room.last);
  // What is still on its way to the old place is not a gap.
  room.askedAfter = room.last;
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
