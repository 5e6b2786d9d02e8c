import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';

import { ensureTestServer } from '../cli/start/tools/temporal-cli.ts';
import { openPool, type Pool } from '../store/pool.ts';
import { startPglite } from './pglite-server.ts';

const START_TIMEOUT_MS = 180_000;

export interface TestDatabase {
  url: string;
  /** True where it is PGlite behind its socket; see `DATABASE_EMBEDDED`. */
  embedded: boolean;
  close(): Promise<void>;
}

/** Makes a fresh, migrated database; its kind is `TEST_DATABASE`'s (`postgres`, the default, or `pglite`) unless named. */
export async function openDatabase(kind = process.env['TEST_DATABASE'] ?? 'postgres'): Promise<TestDatabase> {
  if (kind === 'pglite') {
    const server = await startPglite({ template: await ask('/pglite') });
    return { url: server.url, embedded: true, close: () => server.stop() };
  }
  // A Postgres database goes with its server, at the end of the run.
  return { url: await ask('/postgres'), embedded: false, close: () => Promise.resolve() };
}

/** Gives a test file a fresh, migrated database of its own; its fields may be read inside hooks and tests. */
export function withDatabase(kind?: 'postgres' | 'pglite'): Readonly<Omit<TestDatabase, 'close'>> {
  let database: TestDatabase | undefined;
  beforeAll(async () => void (database = await openDatabase(kind)), START_TIMEOUT_MS);
  afterAll(() => database?.close());
  return {
    get url() {
      return started(database).url;
    },
    get embedded() {
      return started(database).embedded;
    },
  };
}

/** A pool on a database of its own, of a kind, for a `describe`: `use` gets it before the first test. */
export function withPool(kind: 'postgres' | 'pglite', use: (pool: Pool) => void | Promise<void>): void {
  let opened: { database: TestDatabase; pool: Pool } | undefined;
  beforeAll(async () => {
    const database = await openDatabase(kind);
    const { url: databaseUrl, embedded } = database;
    opened = { database, pool: await openPool({ databaseUrl, embedded, min: 1, max: 10 }) };
    await use(opened.pool);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await opened?.pool.end();
    await opened?.database.close();
  });
}

export interface TestTemporal {
  address: string;
  namespace: string;
  /** Of this test file alone. */
  taskQueue: string;
  client: Client;
  nativeConnection: NativeConnection;
}

/** Gives a test file the run's shared Temporal server and a task queue of its own; use the fields inside hooks and tests. */
export function withTemporal(): { readonly current: TestTemporal } {
  let current: TestTemporal | undefined;
  beforeAll(async () => {
    const address = await ask('/temporal');
    const [connection, nativeConnection] = await Promise.all([
      Connection.connect({ address }),
      NativeConnection.connect({ address }),
    ]);
    const client = new Client({ connection });
    current = { address, namespace: 'default', taskQueue: `test-${randomUUID()}`, client, nativeConnection };
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await current?.client.connection.close();
    await current?.nativeConnection.close();
  });
  return {
    get current() {
      return started(current);
    },
  };
}

/** Gives a test file a Temporal server of its own that skips time. */
export function withTimeSkipping(): { readonly current: TestWorkflowEnvironment } {
  let current: TestWorkflowEnvironment | undefined;
  beforeAll(async () => {
    const path = await ensureTestServer(() => undefined);
    current = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  }, START_TIMEOUT_MS);
  afterAll(() => current?.teardown());
  return {
    get current() {
      return started(current);
    },
  };
}

async function ask(path: string): Promise<string> {
  const broker = process.env['GATHERING_TEST_BROKER'];
  if (broker === undefined)
    throw new Error('tests that need a server run under jest, whose global setup starts it');
  // A connection that was kept may be closed by the broker in the moment in which it is used again.
  const response = await fetch(broker + path, { headers: { connection: 'close' } });
  const text = await response.text();
  if (!response.ok) throw new Error(`The server for this test could not be started: ${text}`);
  return text;
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('used before the hooks ran; read it inside a hook or a test');
  return value;
}
