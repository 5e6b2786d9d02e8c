import type { Server as HttpServer } from 'node:http';

import type { Socket } from 'socket.io';
import { Server } from 'socket.io';

import type { Problem } from '../../contracts/problem.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemOf } from '../problem.ts';
import { createEncoder } from './encoder.ts';
import { createOutlet } from './outlet.ts';
import type { Answered, SocketChannels } from './socket-channels.ts';
import { createSocketChannels } from './socket-channels.ts';
import { createSocketSessions } from './socket-sessions.ts';

type Dependencies = Pick<
  ApiDependencies,
  'config' | 'logger' | 'store' | 'tail' | 'telemetry' | 'tokens' | 'principals'
>;

export interface Sockets {
  /** Cuts every client off; the server itself is not touched. */
  close(): void;
}

const MAX_MESSAGE_BYTES = 64 * 1024;
const REVIEW_EVERY_MS = 30_000;
type Acknowledge = (answer: unknown) => void;

/** Live events over socket.io: a token at the handshake, then `subscribe`, `unsubscribe` and `typing`, each acknowledged. */
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
  const channelsOf = new Map<Socket, SocketChannels>();

  io.use((socket, next) => {
    sessions.open(socket).then(
      () => next(),
      (error: unknown) => next(connectError(error)),
    );
  });
  io.on('connection', (socket) => {
    telemetry.sockets.inc();
    const { principal } = sessions.of(socket);
    const outlet = createOutlet(socket.conn, { encode, telemetry });
    const channels = createSocketChannels({ socket, principal, outlet }, dependencies);
    channelsOf.set(socket, channels);
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
      channelsOf.delete(socket);
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

  const review = async (): Promise<void> => {
    for (const channels of channelsOf.values()) await channels.review();
  };
  const reviewing = setInterval(() => {
    review().catch((error: unknown) => logger.warn('who follows what could not be reviewed', { error }));
  }, REVIEW_EVERY_MS);

  return {
    close() {
      clearInterval(reviewing);
      sessions.closeAll();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
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
