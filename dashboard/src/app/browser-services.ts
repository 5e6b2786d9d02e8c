import { io } from 'socket.io-client';

import { createApi } from '../lib/api-client.ts';
import type { Services } from '../lib/services.tsx';
import { createSessionStore, followOtherTabs, readSession } from '../lib/session.ts';
import { createLive } from '../lib/socket.ts';
import { createThemeStore } from '../lib/theme.ts';

/** The services on a real browser's storage, network and clock. */
export function createBrowserServices(): Services {
  const session = createSessionStore(localStorage);
  followOtherTabs(session, localStorage, window);
  const api = createApi({
    session,
    fetch: window.fetch.bind(window),
    now: () => Date.now(),
    exclusively: (work) => withLock('gathering.refresh', work),
    reread: () => readSession(localStorage),
  });
  const socket = io({
    transports: ['websocket'],
    autoConnect: false,
    // `createLive` decides when to try again, so that it can say so.
    reconnection: false,
    auth: (give) => {
      api.accessToken().then(
        (token) => give({ token }),
        () => give({ token: null }),
      );
    },
  });
  const live = createLive({
    socket: socket,
    now: () => Date.now(),
    schedule: (work, delayMs) => {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
  });
  window.addEventListener('online', () => {
    if (live.state.getState().connection.phase === 'offline') live.connectNow();
  });
  return { api, live, session, theme: createThemeStore(localStorage, document.documentElement) };
}

/** Locks exist on https and localhost alone; elsewhere each tab is on its own. */
async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request(name, work) : work();
}
