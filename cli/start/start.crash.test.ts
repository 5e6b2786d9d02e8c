import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { pageOf } from '../../contracts/page.ts';
import { isTerminal, RunSummary } from '../../contracts/run.ts';
import type { Supervisor } from '../../testing/supervisor-server.ts';
import { launchSupervisor } from '../../testing/supervisor-server.ts';
import { eventually } from '../../testing/test-server.ts';
import { readJsonFile } from '../json-file.ts';
import { connect } from '../sign-in.ts';
import { freePort } from './ports.ts';
import { processIdentity } from './process-identity.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 120_000;
const PARTS = ['worker', 'api', 'temporal', 'database'] as const;

let home: string;
let port: number;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gathering-start-'));
  port = await freePort();
});
afterAll(() => rm(home, { recursive: true, force: true }));

const environment = (): NodeJS.ProcessEnv => ({ GATHERING_HOME: home, API_PORT: String(port) });

/** A supervisor on this file's home and port. */
const launch = (): Supervisor => launchSupervisor(environment());

const Registered = z.record(z.string(), z.object({ pid: z.number(), identity: z.string() }));

/** The processes that the supervisor has started, by their part. */
const processes = async (): Promise<z.infer<typeof Registered>> =>
  (await readJsonFile(join(home, 'processes.json'), Registered)) ?? {};

const isReady = (): Promise<void> =>
  eventually(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    if (!response.ok) throw new Error(await response.text());
  }, START_LIMIT_MS);

/** The runs that there are, asked for as the command line does. */
async function runs() {
  const { client } = await connect(undefined, { HOME: home, ...environment() });
  return (await client.request({ path: '/runs', schema: pageOf(RunSummary) })).items;
}

/** Digests a document over the command line. */
async function digest(): Promise<{ code: number | null; out: string; err: string }> {
  const program = resolve(ROOT, 'bin/gathering.mjs');
  const child = spawn(
    process.execPath,
    [program, 'run', 'document-digest', '--file', join(ROOT, 'README.md')],
    {
      env: { PATH: process.env['PATH'], HOME: home, ...environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [out, err] = await Promise.all([readAll(child.stdout), readAll(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

describe('npm start', () => {
  let supervisor: Supervisor;
  beforeAll(async () => {
    supervisor = launch();
    await supervisor.said(/ready at/);
  }, START_LIMIT_MS);
  afterAll(() => supervisor.stop('SIGTERM'));

  it('serves the dashboard, and a newcomer finds a finished run that cost nothing', async () => {
    const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<div id="root"');
    const [sample] = await eventually(async () => {
      const found = await runs();
      if (found[0] === undefined || !isTerminal(found[0].status))
        throw new Error('the sample run has not ended');
      return found;
    }, START_LIMIT_MS);
    expect(sample).toMatchObject({ status: 'completed', trigger: 'first-start', costUsd: 0 });
  }, 180_000);

  it('refuses a second start in the same home and says where the first one is', async () => {
    const second = launch();
    expect(await second.complaint).toContain(`http://127.0.0.1:${port} (process ${supervisor.pid})`);
    expect(await second.stop('SIGTERM')).toBe(1);
  });

  it('digests a document and prints the report', async () => {
    const { code, out, err } = await digest();
    expect(err).toContain('completed in');
    expect(out).toMatch(/^# README\.md/);
    expect(code).toBe(0);
  }, 180_000);

  it.each(PARTS)(
    'goes on after the %s was killed',
    async (part) => {
      process.kill((await processes())[part]?.pid ?? 0, 'SIGKILL');
      await supervisor.said(new RegExp(`is back.*"${part}"`));
      await isReady();
      expect((await digest()).err).toContain('completed in');
    },
    180_000,
  );

  it('ends in order at Ctrl-C, within 15 s, and leaves no process behind', async () => {
    const started = Object.values(await processes());
    expect(started).toHaveLength(PARTS.length);
    const began = performance.now();
    expect(await supervisor.stop('SIGINT')).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
    const left = await Promise.all(
      started.map(async ({ pid, identity }) => (await processIdentity(pid)) === identity),
    );
    expect(left).toEqual(started.map(() => false));
  }, 30_000);
});

it('starts after its supervisor was killed, with nothing lost and nothing done twice', async () => {
  const killed = launch();
  await killed.said(/ready at/);
  const before = await runs();
  await killed.stop('SIGKILL');
  const next = launch();
  try {
    await next.said(/ready at/);
    expect(await runs()).toEqual(before);
    expect((await digest()).err).toContain('completed in');
  } finally {
    await next.stop('SIGTERM');
  }
}, 240_000);

it('names the variable when the port is taken', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  try {
    const refused = launch();
    expect(await refused.complaint).toMatch(
      new RegExp(`Port ${port} .* is taken.*API_PORT=${port + 1} npm start`),
    );
    expect(await refused.stop('SIGTERM')).toBe(1);
  } finally {
    other.close();
  }
});

it('keeps its keys where only their owner can read them', async () => {
  for (const file of ['jwt.key', 'secret.key', 'cli-session.json']) {
    expect((await stat(join(home, file))).mode & 0o077).toBe(0);
  }
  expect(Buffer.from(await readFile(join(home, 'secret.key'), 'utf8'), 'base64')).toHaveLength(32);
});
