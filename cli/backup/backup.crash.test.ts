import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';

import { ApprovalSummary } from '../../contracts/approval.ts';
import { pageOf } from '../../contracts/page.ts';
import { Run, RunStarted } from '../../contracts/run.ts';
import { compute, edge, pipeline } from '../../testing/pipeline-parts.ts';
import type { Supervisor } from '../../testing/supervisor-server.ts';
import { launchSupervisor } from '../../testing/supervisor-server.ts';
import { eventually } from '../../testing/test-server.ts';
import type { ApiClient } from '../api-client.ts';
import { connect } from '../sign-in.ts';
import { freePort } from '../start/ports.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/gathering.mjs');
const LIMIT_MS = 60_000;

let folder: string;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-moves-'));
  port = await freePort();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = (home: string): Record<string, string> => ({
  ...{ GATHERING_HOME: join(folder, home), API_PORT: String(port), HOME: folder },
});

async function start(home: string): Promise<{ house: Supervisor; client: ApiClient }> {
  const house = launchSupervisor(environment(home));
  await house.said(/ready at/);
  return { house, client: (await connect(undefined, environment(home))).client };
}

async function gathering(home: string, ...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'], ...environment(home) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([readAll(child.stdout), readAll(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

const wait = { id: 'wait', type: 'delay', config: { duration: '8 seconds' } };
const asks = {
  id: 'check',
  type: 'human',
  config: { title: 'Publish {{ input.word }}?', value: '{{ input.word }}' },
};
const after = compute('after', 'input.word & "!"');

async function startRun(client: ApiClient, name: string, nodes: object[], edges: object[]) {
  const post = { method: 'POST', schema: z.object({ id: z.string() }) } as const;
  const definition = pipeline(nodes, edges, { name });
  const { id } = await client.request({ ...post, path: '/pipelines', body: definition });
  const body = { input: { word: 'moved' } };
  const run = { method: 'POST', schema: RunStarted, path: `/pipelines/${id}/runs`, body } as const;
  return (await client.request(run)).id;
}

const untilItIs = (client: ApiClient, id: string, status: 'waiting' | 'completed'): Promise<Run> =>
  eventually(async () => {
    const run = await client.request({ path: `/runs/${id}`, schema: Run });
    const isThere =
      status === 'waiting' ? run.nodes.some((node) => node.status === status) : run.status === status;
    if (!isThere) throw new Error(`run ${id} is ${run.status}: ${JSON.stringify(run.nodes)}`);
    return run;
  }, LIMIT_MS);

it('carries runs that wait over into another home, where they go on', async () => {
  const file = join(folder, 'house.tar.zst');
  const { house, client } = await start('old');
  const waits = await startRun(client, 'waits', [wait, after], [edge('wait', 'after')]);
  const asked = await startRun(client, 'asks', [asks, after], [edge('check', 'after', 'approved')]);
  await Promise.all([untilItIs(client, waits, 'waiting'), untilItIs(client, asked, 'waiting')]);

  const early = await gathering('old', 'backup', file);
  expect(early).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`(process ${house.pid})`) });
  // What a kill leaves behind is a house, too.
  await house.stop('SIGKILL');
  const saved = await gathering('old', 'backup', file, '--json');
  expect(saved.code).toBe(0);
  expect(JSON.parse(saved.out)).toMatchObject({ file, home: join(folder, 'old'), skipped: [] });
  await rm(join(folder, 'old'), { recursive: true });

  expect((await gathering('new', 'restore', file)).out).toContain('goes on with its runs');
  const next = await start('new');
  try {
    expect((await untilItIs(next.client, waits, 'completed')).output).toEqual({ after: 'moved!' });
    const { items } = await next.client.request({
      path: `/approvals?status=pending&runId=${asked}`,
      schema: pageOf(ApprovalSummary),
    });
    const [approval] = items;
    expect(approval).toMatchObject({ title: 'Publish moved?' });
    const decide = {
      method: 'POST',
      body: { decision: 'approve' },
      schema: z.object({ status: z.string() }),
    } as const;
    await next.client.request({ ...decide, path: `/approvals/${approval?.id ?? ''}` });
    expect((await untilItIs(next.client, asked, 'completed')).output).toEqual({ after: 'moved!' });
  } finally {
    await next.house.stop('SIGTERM');
  }
}, 300_000);
