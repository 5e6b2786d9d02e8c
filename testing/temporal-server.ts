import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Connection } from '@temporalio/client';

import type { GuardedProcess } from '../cli/start/guarded-process.ts';
import { spawnGuarded } from '../cli/start/guarded-process.ts';
import { freePort } from '../cli/start/ports.ts';
import { temporalServerArguments, temporalServerEnvironment } from '../cli/start/temporal-server.ts';
import { ensureTemporalCli } from '../cli/start/tools/temporal-cli.ts';
import type { TestServer } from './test-server.ts';
import { eventually } from './test-server.ts';

/** Starts a Temporal development server, tuned as `npm start` tunes it, with its state in a file of its own. */
export async function startTemporal(options: { report?: (line: string) => void } = {}): Promise<TestServer> {
  const cli = await ensureTemporalCli(options.report ?? (() => undefined));
  const folder = await mkdtemp(join(tmpdir(), 'gathering-temporal-'));
  const port = await freePort();
  const uiPort = await freePort();
  const url = `127.0.0.1:${port}`;

  const launch = async (): Promise<GuardedProcess> => {
    const server = await spawnGuarded({
      command: cli,
      args: temporalServerArguments({ port, uiPort, file: join(folder, 'temporal.db') }),
      env: temporalServerEnvironment(),
    });
    let log = '';
    for (const stream of [server.child.stdout, server.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
    }
    const ended = server.exited.then(() =>
      Promise.reject(new Error(`Temporal ended while it started:\n${log}`)),
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
      running = await launch();
    },
  };
}

/** The port answers some time before the namespace does. */
async function ask(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
  } finally {
    await connection.close();
  }
}
