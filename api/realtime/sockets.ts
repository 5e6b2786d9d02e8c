import type { Server as HttpServer } from 'node:http';

import type { Socket } from 'socket.io';
import { Server } from 'socket.io';
import type { z } from 'zod';

import { Subscribe, TellTyping, TYPING_EVERY_MS } from '../../contracts/event.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Problem } from '../../contracts/problem.ts';
import { withLogContext } from '../../platform/logger.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refusal } from '../middleware/parse-request.ts';
import { notFound, problemOf } from '../problem.ts';
import { problemItemsOf } from '../problem-items.ts';
import { requireChannel } from './channels.ts';
import { createEncoder, type Encode } from './encoder.ts';
import type { Following } from './event-tail.ts';
import { createOutlet } from './outlet.ts';
import type { SocketSession } from './socket-sessions.ts';
import { createSocketSessions } from './socket-sessions.ts';
import type { Deliver, Message } from './subscription.ts';

type Dependencies = Pick<
  ApiDependencies,
  'config' | 'logger' | 'store' | 'tail' | 'telemetry' | 'tokens' | 'principals'
>;

export interface Sockets {
  /** Cuts every client off; the server itself is not touched. */
  close(): void;
}

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_CHANNELS = 100;
const Unsubscribe = Subscribe.pick({ channel: true });
type Acknowledge = (answer: unknown) => void;

/** Live events over socket.io: a token at the handshake, then `subscribe` and `unsubscribe`, each acknowledged. */
export function openSockets(server: HttpServer, dependencies: Dependencies): Sockets {
  const { config, logger, telemetry } = dependencies;
  const io = new Server(server, {
    path: '/socket.io',
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    ...(config.CORS_ORIGINS.length > 0 ? { cors: { origin: config.CORS_ORIGINS } } : {}),
  });
  const sessions = createSocketSessions(dependencies);
  const encode = createEncoder();

  io.use((socket, next) => {
    sessions.open(socket).then(
      () => next(),
      (error: unknown) => next(connectError(error)),
    );
  });
  io.on('connection', (socket) => {
    telemetry.sockets.inc();
    const session = sessions.of(socket);
    const channels = createChannels({ socket, session, encode }, dependencies);
    socket.on('subscribe', (payload: unknown, acknowledge: unknown) => {
      answer(channels.subscribe(payload), acknowledge);
    });
    socket.on('unsubscribe', (payload: unknown, acknowledge: unknown) => {
      answer(channels.unsubscribe(payload), acknowledge);
    });
    socket.on('typing', (payload: unknown, acknowledge: unknown) => {
      answer(channels.tellTyping(payload), acknowledge);
    });
    socket.on('disconnect', () => {
      telemetry.sockets.dec();
      channels.endAll();
      sessions.close(socket);
    });
  });

  const answer = (work: Promise<Answered>, acknowledge: unknown): void => {
    const tell: Acknowledge =
      typeof acknowledge === 'function' ? asAcknowledge(acknowledge) : () => undefined;
    work.then(
      (answered) => {
        tell(answered.answer);
        answered.begin?.();
      },
      (error: unknown) => {
        const { problem, bug } = problemOf(error);
        if (bug) logger.error('a subscription failed by a bug', { error });
        tell({ ok: false, problem: { ...problem, requestId: '' } satisfies Problem });
      },
    );
  };

  return {
    close() {
      sessions.closeAll();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

/** What is acknowledged, and what happens after that has been sent. */
interface Answered {
  answer: { ok: true; sequence?: number };
  begin?: () => void;
}

interface Client {
  socket: Socket;
  session: SocketSession;
  encode: Encode;
}

/** The channels that one socket follows. */
function createChannels(
  { socket, session: { principal }, encode }: Client,
  { store, tail, telemetry }: Dependencies,
) {
  const followed = new Map<string, Promise<Following>>();
  const typedAt = new Map<string, number>();
  const outlet = createOutlet(socket.conn, { encode, telemetry });
  const deliver: Deliver = (messages) => outlet.deliver(messages.filter((message) => !isOwnTyping(message)));
  const isOwnTyping = (message: Message): boolean =>
    message.type === 'typing' && message.data['userId'] === principal.user.id;

  const end = async (channel: string): Promise<void> => {
    const following = followed.get(channel);
    followed.delete(channel);
    typedAt.delete(channel);
    // One that could not begin has told so already.
    await following?.then(
      (begun) => begun.end(),
      () => undefined,
    );
  };

  return {
    subscribe: (payload: unknown): Promise<Answered> =>
      withLogContext({}, async (): Promise<Answered> => {
        const { channel, after } = parsed(Subscribe, payload);
        await requireChannel(channel, principal, store);
        // Subscribing again is starting again, from another place; others may do so at the same moment.
        while (followed.has(channel)) await end(channel);
        if (followed.size >= MAX_CHANNELS) {
          throw new GatheringFailure(
            'LimitExceeded',
            `A socket may follow ${MAX_CHANNELS} channels at once.`,
          );
        }
        const following = tail.follow(channel, { after, deliver });
        followed.set(channel, following);
        try {
          const begun = await following;
          if (!socket.connected) await end(channel);
          return { answer: { ok: true, sequence: begun.sequence }, begin: () => begun.begin() };
        } catch (error) {
          if (followed.get(channel) === following) followed.delete(channel);
          throw error;
        }
      }),
    async unsubscribe(payload: unknown): Promise<Answered> {
      await end(parsed(Unsubscribe, payload).channel);
      return { answer: { ok: true } };
    },
    async tellTyping(payload: unknown): Promise<Answered> {
      const { channel } = parsed(TellTyping, payload);
      // Whoever follows it may see it.
      if (!followed.has(channel)) throw notFound('The socket follows no such channel.');
      const now = performance.now();
      if (now - (typedAt.get(channel) ?? -Infinity) >= TYPING_EVERY_MS) {
        typedAt.set(channel, now);
        await tail.tellTyping({ channel, userId: principal.user.id, name: principal.user.name });
      }
      return { answer: { ok: true } };
    },
    endAll(): void {
      for (const channel of followed.keys()) void end(channel);
    },
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  throw refusal(problemItemsOf(result.error, payload));
}

/** What a client's `connect_error` holds: its `data` is the problem. */
function connectError(error: unknown): Error & { data: unknown } {
  const { problem } = problemOf(error);
  return Object.assign(new Error(problem.detail), { data: { ...problem, requestId: '' } });
}

/** Socket.io makes it of the id that the client waits for. */
function asAcknowledge(value: object): Acknowledge {
  return (told) => void Reflect.apply(value as () => void, undefined, [told]);
}
