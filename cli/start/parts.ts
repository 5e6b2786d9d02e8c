import { resolve } from 'node:path';

import { Connection } from '@temporalio/client';

import { spawnGuarded } from './guarded-process.ts';
import type { Home } from './home.ts';
import type { SupervisedProcessOptions } from './supervised-process.ts';
import { temporalServerArguments, temporalServerEnvironment } from './temporal-server.ts';
import { ensureTemporalCli } from './tools/temporal-cli.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROBE_EVERY_MS = 50;
const PROBE_LIMIT_MS = 2_000;

/** How a part's process is started, and how one sees that it serves. */
export type Part = Pick<SupervisedProcessOptions, 'launch' | 'awaitService' | 'silence' | 'isSilentAtStop'>;

/** The embedded database behind its socket. */
export function databasePart(home: Home, port: number): Part {
  return {
    launch: () =>
      spawnGuarded({
        command: process.execPath,
        args: [resolve(import.meta.dirname, 'database-host.ts'), home.database, String(port)],
        cwd: ROOT,
      }),
    awaitService: ({ printed }) => printed((line) => line === 'ready'),
    silence: /^ready$/,
  };
}

/** The Temporal development server with its Web UI; brings its program first where it is not there. */
export function temporalPart(options: {
  home: Home;
  port: number;
  uiPort: number;
  namespace: string;
  report: (line: string) => void;
}): Part {
  const { port, uiPort, namespace } = options;
  return {
    launch: async () =>
      spawnGuarded({
        command: await ensureTemporalCli(options.report),
        args: temporalServerArguments({ port, uiPort, namespace, file: options.home.temporal }),
        env: temporalServerEnvironment(),
      }),
    isSilentAtStop: true,
    silence: /^Temporal (CLI|Server|Persistence|UI|Metrics)\b/,
    awaitService: ({ signal }) => untilItSucceeds(() => askTemporal(`127.0.0.1:${port}`, namespace), signal),
  };
}

export function workerPart(env: NodeJS.ProcessEnv): Part {
  return {
    launch: () =>
      spawnGuarded({ command: process.execPath, args: [resolve(ROOT, 'worker/main.ts')], cwd: ROOT, env }),
    awaitService: ({ printed }) => printed((line) => line.includes('"worker ready"')),
  };
}

export function apiPart(env: NodeJS.ProcessEnv, address: string): Part {
  return {
    launch: () =>
      spawnGuarded({ command: process.execPath, args: [resolve(ROOT, 'api/main.ts')], cwd: ROOT, env }),
    awaitService: ({ signal }) => untilItSucceeds(() => askApi(address), signal),
  };
}

/** The port answers some time before the namespace does. */
async function askTemporal(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: PROBE_LIMIT_MS });
  try {
    await connection.withDeadline(Date.now() + PROBE_LIMIT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

async function askApi(address: string): Promise<void> {
  const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
  if (!response.ok) throw new Error(await response.text());
}

async function untilItSucceeds(probe: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const succeeded = await probe().then(
      () => true,
      () => false, // Not yet; the part's own lines say why, and the start has a limit.
    );
    if (succeeded) return;
    await new Promise((resolvePause) => setTimeout(resolvePause, PROBE_EVERY_MS));
  }
}
