import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { GuardedProcess } from '../cli/start/guarded-process.ts';
import { spawnGuarded } from '../cli/start/guarded-process.ts';
import { freePort } from '../cli/start/ports.ts';
import { migrate } from '../store/migrate.ts';
import { startPglite } from './pglite-server.ts';
import { startPostgres } from './postgres-server.ts';
import { startTemporal } from './temporal-server.ts';
import type { TestServer } from './test-server.ts';
import { eventually } from './test-server.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Longer than the database may be away meanwhile. */
const RESTART_LIMIT_MS = 180_000;

export interface ProductOptions {
  database: 'postgres' | 'pglite';
  /** More environment for API and worker. */
  env?: Record<string, string>;
  /** Every line that API and worker print. */
  onLine?: (part: 'api' | 'worker', line: string) => void;
  /** Prepares the fresh, migrated database: the seeds, the first administrator. */
  prepare: (product: { home: string; env: NodeJS.ProcessEnv }) => Promise<void>;
}

/** The whole product as processes of their own, each of which may be killed and started again at its old address. */
export interface Product {
  readonly url: string;
  readonly home: string;
  /** What API and worker were started with. */
  readonly env: NodeJS.ProcessEnv;
  readonly database: TestServer;
  readonly temporal: TestServer;
  readonly api: TestServer;
  readonly worker: TestServer;
  stop(): Promise<void>;
}

/** Starts database, Temporal, worker and API on free ports of 127.0.0.1 with a home folder of their own. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const home = await mkdtemp(join(tmpdir(), 'gathering-home-'));
  const started: { stop(): Promise<unknown> }[] = [
    { stop: () => rm(home, { recursive: true, force: true }) },
  ];
  const stop = async (): Promise<void> => {
    for (const part of started.toReversed()) await part.stop();
  };
  try {
    const [database, temporal] = await Promise.all([
      options.database === 'pglite' ? startPglite() : startPostgres(),
      startTemporal(),
    ]);
    started.push(temporal, database);
    await migrate({ databaseUrl: database.url });
    const port = await freePort();
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      GATHERING_HOME: home,
      DATABASE_URL: database.url,
      DATABASE_EMBEDDED: String(options.database === 'pglite'),
      TEMPORAL_ADDRESS: temporal.url,
      API_PORT: String(port),
      JWT_SECRET: 'for-tests-only-0123456789abcdef0123456789',
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...options.env,
    };
    await options.prepare({ home, env });
    const url = `http://127.0.0.1:${String(port)}`;
    const line = options.onLine ?? (() => undefined);
    const worker = await startPart('worker', { env, url, line });
    started.push(worker);
    const api = await startPart('api', { env, url, line });
    started.push(api);
    return { url, home, env, database, temporal, api, worker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface PartOptions {
  env: NodeJS.ProcessEnv;
  url: string;
  line: (part: 'api' | 'worker', line: string) => void;
}

/** A worker is ready when it says so, an API when it answers. */
async function startPart(part: 'api' | 'worker', { env, url, line }: PartOptions): Promise<TestServer> {
  const launch = async (): Promise<GuardedProcess> => {
    const guarded = await spawnGuarded({
      command: process.execPath,
      args: [join(ROOT, part, 'main.ts')],
      cwd: ROOT,
      env,
    });
    let log = '';
    let announced: (() => void) | undefined;
    const announcement = new Promise<void>((settle) => (announced = settle));
    for (const stream of [guarded.child.stdout, guarded.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        const text = chunk.toString();
        log = (log + text).slice(-8000);
        for (const entry of text.split('\n')) if (entry !== '') line(part, entry);
        if (log.includes('worker ready')) announced?.();
      });
    }
    const ended = guarded.exited.then(() =>
      Promise.reject(new Error(`The ${part} ended at its start:\n${log}`)),
    );
    const ready = part === 'worker' ? announcement : eventually(() => isReady(url));
    await Promise.race([ready, ended]);
    ended.catch(() => undefined); // Once it has started, its end is the caller's doing.
    return guarded;
  };
  let running = await launch();
  // Two who kill and restart at once take turns, so that no process is started beside another.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined); // Whoever asked for it is told.
    return done;
  };
  return {
    url,
    get pid() {
      return running.pid;
    },
    stop: () => inTurn(() => running.stop()),
    kill9: () => inTurn(() => running.kill9()),
    restart: () =>
      inTurn(async () => {
        await running.stop();
        // As the supervisor does: what it needs at its start may be away at this moment.
        running = await eventually(launch, RESTART_LIMIT_MS, 200);
      }),
  };
}

async function isReady(url: string): Promise<void> {
  const response = await fetch(`${url}/health/ready`);
  if (!response.ok) throw new Error(await response.text());
}
