import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import type { GuardedProcess } from '../cli/start/guarded-process.ts';
import { spawnGuarded } from '../cli/start/guarded-process.ts';
import { freePort } from '../cli/start/ports.ts';
import { ensurePostgres, postgresUser } from '../cli/start/tools/postgres.ts';
import { runCommand } from '../cli/start/tools/run-command.ts';
import type { TestServer } from './test-server.ts';
import { eventually } from './test-server.ts';

export interface PostgresOptions {
  /** False trades the safety of writes for speed; only for tests that never kill the server. */
  durable?: boolean;
  /** Of pages; what is measured is to stand in it. */
  sharedBuffers?: string;
  report?: (line: string) => void;
}

/** Starts a Postgres with pgvector on a data folder of its own. Its only role, `postgres`, needs no password. */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestServer> {
  const bin = await ensurePostgres(options.report ?? (() => undefined));
  const user = await postgresUser();
  const folder = await mkdtemp(join(tmpdir(), 'gathering-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const asUser = user === undefined ? {} : { user };
  await runCommand(
    join(bin, 'initdb'),
    ['--auth=trust', '--encoding=utf8', '--locale=C.UTF-8', '--no-sync', '-U', 'postgres', '-D', folder],
    { timeoutMs: 60_000, cwd: folder, ...asUser },
  );
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const launch = async (): Promise<GuardedProcess> => {
    const server = await spawnGuarded({
      command: join(bin, 'postgres'),
      args: ['-D', folder, ...settingsOf(port, options)],
      cwd: folder,
      stopSignal: 'SIGINT', // Postgres' word for: roll back, disconnect everybody, end.
      ...asUser,
    });
    let log = '';
    for (const stream of [server.child.stdout, server.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
    }
    const ended = server.exited.then(() =>
      Promise.reject(new Error(`Postgres ended while it started:\n${log}`)),
    );
    await Promise.race([eventually(() => ask(url)), ended]);
    ended.catch(() => undefined); // Once it has started, its end is the caller's doing.
    return server;
  };

  let running = await launch();
  return {
    url,
    get pid() {
      return running.pid;
    },
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
    kill9: () => running.kill9(),
    restart: async () => {
      await running.stop();
      // After a kill the backends hold the shared memory until they have noticed.
      running = await eventually(launch);
    },
  };
}

function settingsOf(port: number, { durable, sharedBuffers = '128MB' }: PostgresOptions): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: sharedBuffers,
    ...(durable === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function ask(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // The query below reports it.
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}
