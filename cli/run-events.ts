import { io } from 'socket.io-client';
import { z } from 'zod';

import { StoredEvent } from '../contracts/event.ts';
import { channelOf } from '../contracts/ids.ts';
import { Problem } from '../contracts/problem.ts';
import type { Connection } from './sign-in.ts';

const Acknowledgement = z.union([
  z.object({ ok: z.literal(true), sequence: z.number() }),
  z.object({ ok: z.literal(false), problem: Problem }),
]);
const RUN_END = /^run\.(completed|failed|canceled|timed_out)$/;

export interface FollowOptions {
  connection: Connection;
  runId: string;
  onEvent: (event: StoredEvent) => void;
  /** Told when the connection was lost, and when it is there again. */
  onConnection: (state: 'lost' | 'back') => void;
  /** Ends the following; the run goes on. */
  signal: AbortSignal;
}

/**
 * Calls back with each event of a run once, in order, from its first one, and resolves when the run has ended. A connection that
 * breaks is made again and goes on after the last event seen.
 * @throws Error when the subscription is refused, or `signal`'s reason
 */
export async function followRun({
  connection,
  runId,
  onEvent,
  onConnection,
  signal,
}: FollowOptions): Promise<void> {
  const channel = channelOf.run(runId);
  const ended = Promise.withResolvers<undefined>();
  let last = 0;
  let lost = false;
  const socket = io(connection.client.url, {
    transports: ['websocket'],
    auth: (give) => {
      connection.token().then((token) => give({ token }), ended.reject);
    },
    reconnectionDelay: 200,
    reconnectionDelayMax: 2_000,
    autoConnect: false,
  });
  socket.on('connect', () => {
    if (lost) onConnection('back');
    lost = false;
    socket.emit('subscribe', { channel, after: last }, (answer: unknown) => {
      const parsed = Acknowledgement.safeParse(answer).data;
      if (parsed === undefined)
        ended.reject(new Error(`The API gave an unexpected answer to a subscription.`));
      else if (!parsed.ok) ended.reject(new Error(parsed.problem.detail || parsed.problem.title));
    });
  });
  socket.on('message', (message: unknown) => {
    const event = StoredEvent.safeParse(message).data; // Streamed text has no sequence and is not an event.
    if (event === undefined || event.channel !== channel || event.sequence <= last) return;
    last = event.sequence;
    onEvent(event);
    if (RUN_END.test(event.type)) ended.resolve(undefined);
  });
  const loseConnection = (): void => {
    if (!lost) onConnection('lost');
    lost = true;
  };
  socket.on('disconnect', (reason) => {
    if (reason === 'io client disconnect') return;
    loseConnection();
    if (reason === 'io server disconnect') socket.connect(); // Such as for an expired token: it is renewed by then.
  });
  socket.on('connect_error', loseConnection);
  const abort = (): void => ended.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    socket.connect();
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.disconnect();
  }
}
