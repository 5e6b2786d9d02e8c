import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { pageOf } from '../../contracts/page.ts';
import { PipelineSummary } from '../../contracts/pipeline.ts';
import { startPostgres } from '../../testing/postgres-server.ts';
import { launchSupervisor } from '../../testing/supervisor-server.ts';
import { startTemporal } from '../../testing/temporal-server.ts';
import type { TestServer } from '../../testing/test-server.ts';
import { connect } from '../sign-in.ts';
import { freePort } from './ports.ts';
import { runCommand } from './tools/run-command.ts';

let home: string;
let database: TestServer;
let temporal: TestServer;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gathering-elsewhere-'));
  [database, temporal] = await Promise.all([startPostgres({ durable: false }), startTemporal()]);
  env = {
    GATHERING_HOME: home,
    API_PORT: String(await freePort()),
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.url,
    TEMPORAL_NAMESPACE: 'gathering',
  };
}, 180_000);
afterAll(async () => {
  await Promise.all([database.stop(), temporal.stop()]);
  await rm(home, { recursive: true, force: true });
});

it('says what is missing at a Temporal server that has no such namespace', async () => {
  const refused = launchSupervisor(env);
  expect(await refused.complaint).toContain('temporal operator namespace create -n gathering');
  expect(await refused.stop('SIGTERM')).toBe(1);
});

it('is set up by a command of its own, then DATABASE_URL and TEMPORAL_ADDRESS replace the embedded parts', async () => {
  const setUp = resolve(import.meta.dirname, 'setup-main.ts');
  const said = await runCommand(process.execPath, [setUp], {
    timeoutMs: 60_000,
    env: { ...process.env, ...env },
  });
  expect(said).toMatch(/namespace gathering is ready\n.*administrator admin@localhost, password \S+/);
  const supervisor = launchSupervisor(env);
  try {
    await supervisor.said(/ready at/);
    const { client } = await connect(undefined, { HOME: home, ...env });
    const { items } = await client.request({ path: '/pipelines', schema: pageOf(PipelineSummary) });
    expect(items.map(({ name }) => name)).toContain('document-digest');
    expect(await readdir(home)).not.toContain('database');
  } finally {
    expect(await supervisor.stop('SIGTERM')).toBe(0);
  }
}, 180_000);

it('names the database that cannot be reached, without its password', async () => {
  const refused = launchSupervisor({ ...env, DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/none' });
  const complaint = await refused.complaint;
  expect(complaint).toContain('127.0.0.1:1');
  expect(complaint).toContain('DATABASE_URL');
  expect(complaint).not.toContain('hidden');
  expect(await refused.stop('SIGTERM')).toBe(1);
});
