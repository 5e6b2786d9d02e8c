import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { migrate } from '../store/migrate.ts';
import { startPglite } from './pglite-server.ts';
import { startPostgres } from './postgres-server.ts';
import { startTemporal } from './temporal-server.ts';
import type { TestServer } from './test-server.ts';

/** Starts shared servers when the first test asks for them, for one run of jest, and ends them all with it. */
export interface Broker {
  /** Makes a fresh, migrated Postgres database and returns its URL. */
  postgresDatabase(): Promise<string>;
  /** Returns a folder with a migrated embedded database, to be copied. */
  pgliteTemplate(): Promise<string>;
  /** Returns the shared Temporal server's address. */
  temporal(): Promise<string>;
  close(): Promise<void>;
}

const TEMPLATE = 'gathering_template';

export function createBroker(): Broker {
  const closers: (() => Promise<void>)[] = [];
  const keep = async (starting: Promise<TestServer>): Promise<TestServer> => {
    const server = await starting;
    closers.push(() => server.stop());
    return server;
  };
  const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => (made ??= make());
  };
  const postgres = once(async () => {
    const server = await keep(startPostgres({ durable: false }));
    await run(server.url, `create database ${TEMPLATE}`);
    await migrate({ databaseUrl: databaseUrl(server.url, TEMPLATE) });
    return server;
  });
  return {
    postgresDatabase: async () => {
      const { url } = await postgres();
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await run(url, `create database ${name} template ${TEMPLATE}`);
      return databaseUrl(url, name);
    },
    pgliteTemplate: once(async () => {
      const server = await startPglite();
      const folder = await mkdtemp(join(tmpdir(), 'gathering-template-'));
      closers.push(() => rm(folder, { recursive: true, force: true }));
      await migrate({ databaseUrl: server.url });
      await server.restart(); // A clean end writes everything out.
      const copied = join(folder, 'database');
      await stopAndCopy(server, copied);
      return copied;
    }),
    temporal: once(async () => (await keep(startTemporal())).url),
    close: async () => {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** The files are whole only once their process has ended, and `stop` removes them: so they are copied in between. */
async function stopAndCopy(server: TestServer & { folder: string }, target: string): Promise<void> {
  await server.kill9();
  await cp(server.folder, target, { recursive: true });
  await server.stop();
}

export async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export function databaseUrl(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

/** Lets jest's workers, which are processes of their own, use this process' broker. */
export async function serveBroker(broker: Broker): Promise<{ address: string; server: Server }> {
  const answers: Record<string, () => Promise<string>> = {
    '/postgres': () => broker.postgresDatabase(),
    '/pglite': () => broker.pgliteTemplate(),
    '/temporal': () => broker.temporal(),
  };
  const server = createServer((request, response) => {
    const answer =
      answers[request.url ?? ''] ?? (() => Promise.reject(new Error(`unknown ${request.url ?? ''}`)));
    answer().then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  server.unref();
  const address = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      resolve(`http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`);
    });
  });
  return { address, server };
}
