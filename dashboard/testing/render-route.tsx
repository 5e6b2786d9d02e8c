import { configure, render } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { VirtuosoMockContext } from 'react-virtuoso';
import { createStore } from 'zustand/vanilla';

import { App } from '../src/app/app.tsx';
import { ROUTES } from '../src/app/router.tsx';
import { createApi } from '../src/lib/api-client.ts';
import { createQueryClient } from '../src/lib/query-client.ts';
import { createSessionStore } from '../src/lib/session.ts';
import type { ConnectionState, Live, LiveMessage, Subscription } from '../src/lib/socket.ts';
import { createThemeStore } from '../src/lib/theme.ts';
import { aSession, AT } from './builders.ts';
import { fakeFetch, type FakeRoutes } from './fake-api.ts';
import { memoryStorage } from './memory-storage.ts';

// A page's code is compiled when it is first needed, which takes its time.
configure({ asyncUtilTimeout: 10_000 });

/** A live connection whose server is the test. */
export function fakeLive() {
  const state = createStore<{ connection: ConnectionState }>(() => ({ connection: { phase: 'open' } }));
  const rooms = new Map<string, Subscription>();
  const subscribers = new Map<string, Set<Subscription>>();
  const live: Live = {
    state,
    subscribe: (channel, subscription) => {
      const room = subscribers.get(channel) ?? new Set();
      subscribers.set(channel, room.add(subscription));
      rooms.set(channel, subscription);
      return () => {
        room.delete(subscription);
        if (room.size === 0) rooms.delete(channel);
      };
    },
    typing: () => undefined,
    connectNow: () => undefined,
    close: () => undefined,
  };
  const deliver = (message: LiveMessage) => {
    for (const { onMessage } of subscribers.get(message.channel) ?? []) onMessage(message);
  };
  return { live, rooms, deliver, show: (connection: ConnectionState) => state.setState({ connection }) };
}

/** Long lists draw what is in view, which without layout would be nothing. */
const LAID_OUT = { viewportHeight: 5_000, itemHeight: 50 };

/** Draws the whole dashboard at an address, against a table of answers. */
export function renderRoute(path: string, routes: FakeRoutes, { signedIn = true } = {}) {
  const { fetch, calls } = fakeFetch({ 'GET /config': config, ...EMPTY_LISTS, ...routes });
  const session = createSessionStore(memoryStorage());
  if (signedIn) session.getState().signIn(aSession());
  const api = createApi({
    session,
    fetch,
    now: () => Date.parse(AT),
    exclusively: (work) => work(),
    reread: () => session.getState().session,
  });
  const connection = fakeLive();
  const services = {
    api,
    live: connection.live,
    session,
    theme: createThemeStore(memoryStorage(), document.createElement('html')),
  };
  const router = createMemoryRouter(ROUTES, { initialEntries: [path] });
  const queries = createQueryClient();
  queries.setDefaultOptions({ queries: { retry: false } });
  render(
    <App services={services} queries={queries}>
      <VirtuosoMockContext value={LAID_OUT}>
        <RouterProvider router={router} />
      </VirtuosoMockContext>
    </App>,
  );
  const address = () => router.state.location.pathname + router.state.location.search;
  return { calls, session, address, router, ...connection };
}

const EMPTY = { body: { items: [], nextCursor: null } };
const EMPTY_LISTS: FakeRoutes = {
  'GET /approvals': EMPTY,
  'GET /pipelines': EMPTY,
  'GET /runs': EMPTY,
  'GET /agents': EMPTY,
  'GET /providers': EMPTY,
  'GET /tools': EMPTY,
  'GET /circles': EMPTY,
  'GET /conversations': EMPTY,
  'GET /budgets': EMPTY,
  'GET /memories': EMPTY,
  'GET /knowledge/documents': EMPTY,
  'GET /secrets': EMPTY,
  'GET /users': EMPTY,
};

const config = {
  body: {
    version: '0.1.0',
    temporalUiUrl: 'http://127.0.0.1:8233',
    temporalNamespace: 'default',
    demoOnly: true,
    runCostLimitUsd: 5,
  },
};
