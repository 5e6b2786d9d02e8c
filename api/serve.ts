import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { Logger } from '../platform/logger.ts';
import type { Api } from './assemble.ts';

export interface ServeOptions {
  api: Api;
  host: string;
  port: number;
  logger: Logger;
  /** Gives back what the process holds, last of all. */
  release: () => Promise<void>;
}

/** For so long a load balancer can see that nothing more is to come here. */
const NOTICE_MS = 200;
const IN_FLIGHT_MS = 3_000;
/** Something that never ends must not keep the process; the operator's own limit is longer. */
const STOP_LIMIT_MS = 9_000;

/** Serves until SIGTERM or SIGINT, then stops in order: not ready, no new requests, those under way done, sockets, everything else. */
export async function serve({ api, host, port, logger, release }: ServeOptions): Promise<void> {
  const { server, health } = api;
  const idle = countRequests(server);
  await listen(server, host, port);
  health.enter('serving');
  logger.info('api listens', { address: addressOf(server) });

  const stop = async (signal: string): Promise<void> => {
    logger.info('api stops', { signal });
    health.enter('stopping');
    setTimeout(() => {
      logger.error('api did not stop in time and ends at once');
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    await delay(NOTICE_MS);
    server.close();
    await api.endWaits();
    await Promise.race([idle(), delay(IN_FLIGHT_MS, undefined, { ref: false })]);
    await api.close();
    server.closeAllConnections();
    await release();
    logger.info('api stopped');
    process.exit(0); // The engine's client may still have a timer of a call that it would have tried again.
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop(signal).catch((error: unknown) => {
        logger.error('api could not stop in order', { error });
        process.exit(1);
      });
    });
  }
}

/** Gives what resolves when no request is under way. */
function countRequests(server: Server): () => Promise<void> {
  let underWay = 0;
  let onIdle = (): void => undefined;
  server.on('request', (_, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
      if (underWay === 0) onIdle();
    });
  });
  return () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => (onIdle = resolve)));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(wordsOf(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function wordsOf(error: Error, host: string, port: number): Error {
  const taken = 'code' in error && error.code === 'EADDRINUSE';
  return taken
    ? new Error(`Port ${port} of ${host} is taken. Set API_PORT to another one.`, { cause: error })
    : error;
}

function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null
    ? `http://${address.address}:${address.port}`
    : String(address);
}
