import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { z } from 'zod';

import { StoredEvent, StreamMessage } from '../contracts/event.ts';
import { Problem } from '../contracts/problem.ts';
import { ApiProblem } from './api-client.ts';
import type { Connection } from './sign-in.ts';

const Acknowledgement = z.union([
  z.object({ ok: z.literal(true), sequence: z.number() }),
  z.object({ ok: z.literal(false), problem: Problem }),
]);
const Refusal = z.looseObject({ data: Problem });
const RETRY_MS = 500;

export interface FollowOptions {
  connection: Connection;
  channel: string;
  /** Sequence of the last event that is known. */
  after: number;
  /** Answers `enough` at the last event that is wanted. */
  onEvent: (event: StoredEvent) => 'enough' | undefined;
  /** Text that is being written; without it, none is looked at. */
  onStream?: (message: StreamMessage) => void;
  /** Told when the connection was lost, and when it is there again. */
  onConnection: (state: 'lost' | 'back') => void;
  /** Ends the following. */
  signal: AbortSignal;
}

/**
 * Calls back with each event of a channel once, in order, and resolves when it was enough. A connection that breaks is made again and
 * goes on after the last event seen.
 * @throws ApiProblem when the API refuses, or `signal`'s reason
 */
export async function followChannel(options: FollowOptions): Promise<void> {
  const { channel, onEvent, onStream, onConnection, signal } = options;
  const ended = Promise.withResolvers<undefined>();
  const socket = openSocket(options.connection, ended.reject);
  let last = options.after;
  let isLost = false;
  let retry: NodeJS.Timeout | undefined;

  const tryAgain = (connectOrSubscribe: () => void): void => {
    if (!isLost) onConnection('lost');
    isLost = true;
    retry = setTimeout(connectOrSubscribe, RETRY_MS);
  };
  const subscribe = (): void => {
    socket.emit('subscribe', { channel, after: last }, (answer: unknown) => {
      const { problem } = refusalIn(answer);
      if (problem === null && isLost) onConnection('back');
      if (problem === null) isLost = false;
      else if (problem.status >= 500) tryAgain(subscribe);
      else ended.reject(problem);
    });
  };
  socket.on('connect', subscribe);
  socket.on('message', (message: unknown) => {
    const event = StoredEvent.safeParse(message).data; // Streamed text has no sequence and is not an event.
    if (event === undefined) {
      const stream = onStream === undefined ? undefined : StreamMessage.safeParse(message).data;
      if (stream?.channel === channel) onStream?.(stream);
      return;
    }
    if (event.channel !== channel || event.sequence <= last) return;
    last = event.sequence;
    if (onEvent(event) === 'enough') ended.resolve(undefined);
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') tryAgain(() => socket.connect());
  });
  socket.on('connect_error', (error) => {
    const refusal = Refusal.safeParse(error).data?.data;
    if (refusal === undefined || refusal.status >= 500) tryAgain(() => socket.connect());
    else ended.reject(new ApiProblem(refusal.status, refusal));
  });
  const abort = (): void => ended.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    socket.connect();
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(retry);
    socket.disconnect();
  }
}

/** Each connection is made with the token of its moment; making it again is the caller's. */
function openSocket({ client, token }: Connection, onFailure: (error: unknown) => void): Socket {
  return io(client.url, {
    transports: ['websocket'],
    auth: (give) => {
      token().then((current) => give({ token: current }), onFailure);
    },
    reconnection: false,
    autoConnect: false,
  });
}

function refusalIn(answer: unknown): { problem: ApiProblem | null } {
  const parsed = Acknowledgement.safeParse(answer).data;
  if (parsed === undefined) return { problem: new ApiProblem(502, null) };
  return { problem: parsed.ok ? null : new ApiProblem(parsed.problem.status, parsed.problem) };
}
