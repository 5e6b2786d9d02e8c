import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { GuardedProcess } from '../cli/start/guarded-process.ts';
import { spawnGuarded } from '../cli/start/guarded-process.ts';
import { freePort } from '../cli/start/ports.ts';
import type { TestServer } from './test-server.ts';

const HOST = resolve(import.meta.dirname, '../cli/start/database-host.ts');

/**
 * Starts the embedded database as `npm start` does, in a process of its own.
 * @param options.template a data folder to begin with a copy of
 */
export async function startPglite(
  options: { template?: string } = {},
): Promise<TestServer & { folder: string }> {
  const home = await mkdtemp(join(tmpdir(), 'gathering-pglite-'));
  const folder = join(home, 'database');
  if (options.template !== undefined) await cp(options.template, folder, { recursive: true });
  const port = await freePort();

  const launch = async (): Promise<GuardedProcess> => {
    const host = await spawnGuarded({ command: process.execPath, args: [HOST, folder, String(port)] });
    let log = '';
    const ready = new Promise<void>((resolveReady) => {
      host.child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('ready')) resolveReady();
      });
    });
    host.child.stderr?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
    const ended = host.exited.then(() =>
      Promise.reject(new Error(`The embedded database ended at its start:\n${log}`)),
    );
    await Promise.race([ready, ended]);
    ended.catch(() => undefined); // Once it has started, its end is the caller's doing.
    return host;
  };

  let running = await launch();
  return {
    folder,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    get pid() {
      return running.pid;
    },
    stop: async () => {
      await running.stop();
      await rm(home, { recursive: true, force: true });
    },
    kill9: () => running.kill9(),
    restart: async () => {
      await running.stop();
      running = await launch();
    },
  };
}
