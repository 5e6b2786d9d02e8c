import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { NOTIFICATIONS, Typing } from './events.ts';

export interface NotificationHandlers {
  /** A channel has new events. */
  onEvents: (channel: string) => void;
  /** A text on a channel has grown. */
  onTexts: (channel: string) => void;
  /** Somebody writes. */
  onTyping: (typing: Typing) => void;
  /** From now on nothing is missed; what came before has to be looked up. */
  onConnected: () => void;
}

export interface Notifications {
  close(): Promise<void>;
}

interface Options {
  databaseUrl: string;
  handlers: NotificationHandlers;
  logger: { warn(message: string, context?: Record<string, unknown>): unknown };
}

const CONNECT_TIMEOUT_MS = 5_000;
const RETRY_MS = { first: 100, most: 5_000 };
const CHECK_EVERY_MS = 10_000;

/**
 * Hears of new events by LISTEN, on a connection of its own that comes back by itself whenever it is lost. Only for a real Postgres:
 * the embedded database tells nobody but the session that notified.
 */
export function openNotifications({ databaseUrl, handlers, logger }: Options): Notifications {
  let client: pg.Client | undefined;
  const closing = new AbortController();
  let retryMs = RETRY_MS.first;

  /** Ends early when it is closed. */
  const pause = (ms: number): Promise<unknown> =>
    delay(ms, undefined, { signal: closing.signal }).catch(() => undefined);

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    client = next;
    next.on('notification', ({ channel, payload = '' }) => {
      if (channel === NOTIFICATIONS.events) handlers.onEvents(payload);
      else if (channel === NOTIFICATIONS.texts) handlers.onTexts(payload);
      else handlers.onTyping(Typing.parse(JSON.parse(payload)));
    });
    const lost = new Promise<never>((_, reject) => {
      next.once('error', reject);
      next.once('end', () => reject(new Error('the connection ended')));
    });
    try {
      await Promise.race([lost, listenOn(next)]);
      retryMs = RETRY_MS.first;
      handlers.onConnected();
      await Promise.race([lost, checkUntilLost(next)]);
    } finally {
      next.on('error', () => undefined); // It is given up; what else it has to say does not matter.
      void next.end().catch(() => undefined);
    }
  };

  const listenOn = async (next: pg.Client): Promise<void> => {
    await next.connect();
    for (const name of Object.values(NOTIFICATIONS)) await next.query(`listen ${name}`);
  };

  /** A dead connection may look alive for hours; a question that is not answered tells. */
  const checkUntilLost = async (next: pg.Client): Promise<void> => {
    while (!closing.signal.aborted) {
      await pause(CHECK_EVERY_MS);
      await next.query('select 1');
    }
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await connect().catch((error: unknown) => {
        if (!closing.signal.aborted) logger.warn('events are not heard of at the moment', { error });
      });
      await pause(retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MS.most);
    }
  };

  void run();
  return {
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
    },
  };
}
