import type { Socket } from 'socket.io';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Principal } from '../auth/principals.ts';
import type { ApiDependencies } from '../dependencies.ts';

type Dependencies = Pick<ApiDependencies, 'store' | 'tokens' | 'principals' | 'logger'>;

export interface SocketSession {
  principal: Principal;
  expiry: NodeJS.Timeout;
}

const CHECK_EVERY_MS = 5_000;
/** The longest time that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Who is behind each socket, and for how long: one whose token expires or whose session ends is closed. */
export function createSocketSessions({ store, tokens, principals, logger }: Dependencies) {
  const sessions = new Map<Socket, SocketSession>();

  const check = async (): Promise<void> => {
    if (sessions.size === 0) return;
    const ids = [...new Set([...sessions.values()].map(({ principal }) => principal.sessionId))];
    const live = await store.sessions.findLiveSessions(ids);
    for (const [socket, { principal }] of sessions) {
      if (!live.has(principal.sessionId)) socket.disconnect(true);
    }
  };
  const timer = setInterval(() => {
    check().catch((error: unknown) => logger.warn('sessions of sockets could not be checked', { error }));
  }, CHECK_EVERY_MS);

  return {
    /** @throws GatheringFailure NotAuthenticated */
    async open(socket: Socket): Promise<void> {
      const token: unknown = socket.handshake.auth['token'];
      if (typeof token !== 'string') {
        throw new GatheringFailure(
          'NotAuthenticated',
          'Send an access token in the handshake: auth: { token }.',
        );
      }
      const { sid, exp } = tokens.verify(token, 'access');
      const principal = await principals.findPrincipal(sid);
      if (principal === null) throw new GatheringFailure('NotAuthenticated', 'The session has ended.');
      const expiry = setTimeout(
        () => socket.disconnect(true),
        Math.min(exp * 1_000 - Date.now(), MAX_TIMER_MS),
      );
      sessions.set(socket, { principal, expiry });
    },

    of(socket: Socket): SocketSession {
      const session = sessions.get(socket);
      if (session === undefined) throw new Error('a socket is connected only after it was opened');
      return session;
    },

    close(socket: Socket): void {
      clearTimeout(sessions.get(socket)?.expiry);
      sessions.delete(socket);
    },

    closeAll(): void {
      clearInterval(timer);
      for (const { expiry } of sessions.values()) clearTimeout(expiry);
    },
  };
}
