import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll } from '@jest/globals';

import type { Api } from '../api/assemble.ts';
import { assembleApi } from '../api/assemble.ts';
import type { Role } from '../contracts/user.ts';
import { loadConfig } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';
import { hashPassword } from '../platform/password.ts';
import { createTemporalClient } from '../platform/temporal-connection.ts';
import type { Pool } from '../store/pool.ts';
import { openPool } from '../store/pool.ts';
import type { Store } from '../store/store.ts';
import { createStore } from '../store/store.ts';
import type { ApiClient } from './api-client.ts';
import { signIn } from './api-client.ts';
import { openDatabase, withTemporal } from './shared-servers.ts';

export const JWT_SECRET = 'for-tests-only-0123456789abcdef0123456789';
export const PASSWORD = 'correct horse battery';

export interface TestApi {
  url: string;
  home: string;
  pool: Pool;
  store: Store;
  api: Api;
  /** Signed in as a user of that role. */
  as: Record<Role, ApiClient>;
  /** What was logged at level warn or error. */
  complaints: { message: string; particulars: Record<string, unknown> | undefined }[];
}

const START_TIMEOUT_MS = 180_000;

/** Gives a test file an API of its own in this process, over a fresh database and the shared Temporal server, without a worker. */
export function withApi(
  options: { kind?: 'postgres' | 'pglite'; env?: Record<string, string> } = {},
): TestApi {
  const temporal = withTemporal();
  let started: TestApi | undefined;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    [started, stop] = await startApi({
      ...options,
      temporalAddress: temporal.current.address,
      taskQueue: temporal.current.taskQueue,
    });
  }, START_TIMEOUT_MS);
  afterAll(() => stop?.());
  const current = (): TestApi => {
    if (started === undefined) throw new Error('used before the hooks ran; read it inside a hook or a test');
    return started;
  };
  return {
    get url() {
      return current().url;
    },
    get home() {
      return current().home;
    },
    get pool() {
      return current().pool;
    },
    get store() {
      return current().store;
    },
    get api() {
      return current().api;
    },
    get as() {
      return current().as;
    },
    get complaints() {
      return current().complaints;
    },
  };
}

interface StartOptions {
  kind?: 'postgres' | 'pglite';
  env?: Record<string, string>;
  temporalAddress: string;
  taskQueue: string;
}

async function startApi({
  kind,
  env,
  temporalAddress,
  taskQueue,
}: StartOptions): Promise<[TestApi, () => Promise<void>]> {
  const database = await openDatabase(kind);
  const home = await mkdtemp(join(tmpdir(), 'gathering-api-'));
  const pool = await openPool({ databaseUrl: database.url, embedded: database.embedded, min: 1, max: 10 });
  const config = {
    ...loadConfig(
      { GATHERING_HOME: home, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_TASK_QUEUE: taskQueue, ...env },
      home,
    ),
    DATABASE_URL: database.url,
    DATABASE_EMBEDDED: database.embedded,
    JWT_SECRET,
    SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  const temporal = createTemporalClient(config);
  const complaints: TestApi['complaints'] = [];
  const complain = (message: string, particulars?: Record<string, unknown>): void =>
    void complaints.push({ message, particulars });
  const logger: Logger = { error: complain, warn: complain, info: () => undefined, debug: () => undefined };
  const api = await assembleApi({ config, pool, temporal, logger, version: '0.0.0' });
  await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
  api.health.enter('serving');
  const { port } = api.server.address() as AddressInfo; // It listens on a port, not on a pipe.
  const url = `http://127.0.0.1:${port}`;
  const store = createStore(pool);
  const stop = async (): Promise<void> => {
    await api.endWaits();
    await api.close();
    api.server.closeAllConnections();
    await new Promise((resolve) => api.server.close(resolve));
    await temporal.close();
    await pool.end();
    await database.close();
    await rm(home, { recursive: true, force: true });
  };
  return [{ url, home, pool, store, api, as: await signInAll(store, url), complaints }, stop];
}

async function signInAll(store: Store, url: string): Promise<Record<Role, ApiClient>> {
  const passwordHash = await hashPassword(PASSWORD);
  const clientOf = async (role: Role): Promise<ApiClient> => {
    const email = `${role}@example.com`;
    await store.users.insertUser({ email, name: role, role, passwordHash });
    return signIn(url, { email, password: PASSWORD });
  };
  return {
    admin: await clientOf('admin'),
    editor: await clientOf('editor'),
    operator: await clientOf('operator'),
    viewer: await clientOf('viewer'),
  };
}
