import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';

import { pageOf } from '../../contracts/page.ts';
import { Run, RunSummary } from '../../contracts/run.ts';
import { loadConfig } from '../../platform/config.ts';
import type { HttpTarget } from '../../testing/http-target.ts';
import { startHttpTarget } from '../../testing/http-target.ts';
import type { Supervisor } from '../../testing/supervisor-server.ts';
import { launchSupervisor } from '../../testing/supervisor-server.ts';
import { eventually } from '../../testing/test-server.ts';
import type { ApiClient } from '../api-client.ts';
import { checkSchema } from '../backup/check-schema.ts';
import { createReport } from '../backup/report.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { connect } from '../sign-in.ts';
import { freePort } from './ports.ts';

const FIXTURES = resolve(import.meta.dirname, '../../testing/fixtures');
/** Where the runs of the fixture find what they call. */
const TARGET_PORT = 27_183;
const LIMIT_MS = 120_000;

/** What the older program said of a run when it was saved. */
const Recorded = z.object({
  id: z.string(),
  status: z.string(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  nodes: z.array(z.object({ path: z.string(), iteration: z.string(), status: z.string() })).default([]),
});
const RecordedRuns = z.object({ sample: Recorded, finished: Recorded, failed: Recorded, running: Recorded });

let home: string;
let target: HttpTarget;
let house: Supervisor | undefined;
let client: ApiClient;
let recorded: z.infer<typeof RecordedRuns>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gathering-older-'));
  recorded = RecordedRuns.parse(JSON.parse(await readFile(join(FIXTURES, 'older-home.json'), 'utf8')));
  target = await startHttpTarget(TARGET_PORT);
  target.answer = ({ path }) => ({ body: { seen: path } });
  const environment = {
    ...{ GATHERING_HOME: home, API_PORT: String(await freePort()), HOME: home },
    ...{ OUTBOUND_ALLOW: target.host, RUN_RETENTION_DAYS: '0' },
  };
  await restoreBackup({
    ...{
      config: loadConfig(environment),
      file: join(FIXTURES, 'older-home.tar.zst'),
      replace: false,
      checkSchema,
    },
    report: createReport(() => undefined),
  });
  house = launchSupervisor(environment);
  await house.said(/ready at/);
  client = (await connect(undefined, environment)).client;
}, LIMIT_MS);
afterAll(async () => {
  await house?.stop('SIGTERM');
  await target.close();
  await rm(home, { recursive: true, force: true });
}, LIMIT_MS);

const runOf = ({ id }: { id: string }): Promise<Run> => client.request({ path: `/runs/${id}`, schema: Run });
const nodesOf = ({ nodes }: { nodes: { path: string; iteration: string; status: string }[] }): string[] =>
  nodes.map(({ path, iteration, status }) => `${path}/${iteration} ${status}`).sort();

it('brings the schema of a home that an older program has left to its own', () => {
  expect(house?.lines.find((line) => line.includes('migrated: '))).toContain('migrated: 0004-');
});

it.each(['sample', 'finished', 'failed'] as const)(
  'reads a run that had ended under it: %s',
  async (name) => {
    const { output, error, status, nodes } = recorded[name];
    const run = await runOf(recorded[name]);
    expect(run).toMatchObject({ status, ...(error === undefined ? { output } : { error }) });
    if (nodes.length > 0) expect(nodesOf(run)).toEqual(nodesOf({ nodes }));
  },
);

it('lists its runs', async () => {
  const { items } = await client.request({ path: '/runs', schema: pageOf(RunSummary) });
  expect(items.map(({ id }) => id).sort()).toEqual(
    Object.values(recorded)
      .map(({ id }) => id)
      .sort(),
  );
});

it('goes on with a run that was under way, and does nothing of it again', async () => {
  expect(recorded.running.status).toBe('running');
  const run = await eventually(async () => {
    const now = await runOf(recorded.running);
    if (now.status === 'running') throw new Error(JSON.stringify(nodesOf(now)));
    return now;
  }, LIMIT_MS);
  expect(run).toMatchObject({
    status: 'completed',
    output: {
      last: { sizes: [{ size: 8 }, { size: 8 }, { size: 8 }], seen: '/report', length: 25, digest: true },
    },
  });
  expect(new Set(run.nodes.map(({ status }) => status))).toEqual(new Set(['completed']));
  expect(target.calls.map(({ path }) => path)).toEqual(['/report']);
});
