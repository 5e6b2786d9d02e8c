import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { z } from 'zod';

import { StoredEvent } from '../contracts/event.ts';
import { channelOf } from '../contracts/place.ts';
import { Problem } from '../contracts/problem.ts';
import { ApiProblem } from './api-client.ts';
import type { Connection } from './sign-in.ts';

const Acknowledgement = z.union([
  z.object({ ok: z.literal(true), sequence: z.number() }),
  z.object({ ok: z.literal(false), problem: Problem }),
]);
const Refusal = z.looseObject({ data: Problem });
const RUN_END = /^run\.(completed|failed|canceled|timed_out)$/;
const RETRY_MS = 500;

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
 * @throws ApiProblem when the API refuses, or `signal`'s reason
 */
export async function followRun(options: FollowOptions): Promise<void> {
  const { runId, onEvent, onConnection, signal } = options;
  const channel = channelOf.run(runId);
  const ended = Promise.withResolvers<undefined>();
  const socket = openSocket(options.connection, ended.reject);
  let last = 0;
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
    if (event === undefined || event.channel !== channel || event.sequence <= last) return;
    last = event.sequence;
    onEvent(event);
    if (RUN_END.test(event.type)) ended.resolve(undefined);
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
