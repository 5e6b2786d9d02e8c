import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import pg from 'pg';

import { spawnGuarded } from '../cli/start/guarded-process.ts';
import { PipelineDefinition } from '../contracts/pipeline.ts';
import { compilePlan } from '../platform/pipeline/compile-plan.ts';
import { migrate } from '../store/migrate.ts';
import { openPool } from '../store/pool.ts';
import { createStore } from '../store/store.ts';
import { startPglite } from '../testing/pglite-server.ts';
import { startPostgres } from '../testing/postgres-server.ts';
import { startTemporal } from '../testing/temporal-server.ts';
import { callChain, pureChain } from './pipelines.ts';
import { startTarget } from './target-server.ts';

const kind = process.argv[3] ?? 'postgres';
const N = 100;
const cpuOf = (pid: number): number => {
  try {
    const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(f[11]) + Number(f[12]) + Number(f[13]) + Number(f[14])) * 10;
  } catch {
    return 0;
  }
};
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((n) => /^\d+$/.test(n))
    .map(Number)
    .filter((p) => {
      try {
        return Number(readFileSync(`/proc/${p}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
const tree = (pid: number): number => cpuOf(pid) + childrenOf(pid).reduce((a, c) => a + tree(c), 0);

const target = await startTarget();
const [db, temporal] = await Promise.all([
  kind === 'pglite' ? startPglite() : startPostgres(),
  startTemporal(),
]);
await migrate({ databaseUrl: db.url });
const raw = new pg.Pool({ connectionString: db.url, max: 4 });
await raw.query('create schema if not exists bench');
await raw.query(
  'create table if not exists bench.rows (run text, step integer, status integer, body jsonb, primary key (run, step))',
);
const env = {
  ...process.env,
  DATABASE_URL: db.url,
  DATABASE_EMBEDDED: String(kind === 'pglite'),
  TEMPORAL_ADDRESS: temporal.url,
  OUTBOUND_ALLOW: target.address,
  LOG_LEVEL: 'warn',
  GATHERING_HOME: await mkdtemp('/tmp/scratch-home-'),
};
const bundle = join(env.GATHERING_HOME, 'b.js');
await writeFile(
  bundle,
  (await bundleWorkflowCode({ workflowsPath: resolve(import.meta.dirname, 'baseline/workflows.ts') })).code,
);
const waitFor = (p: Awaited<ReturnType<typeof spawnGuarded>>, what: string) =>
  new Promise<void>((ok) => {
    p.child.stdout?.on('data', (c: Buffer) => {
      if (c.toString().includes(what)) ok();
    });
    p.child.stderr?.on('data', (c: Buffer) => process.stderr.write(c));
  });
const mine = await spawnGuarded({
  command: process.execPath,
  args: [...(process.env['PROF'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []), 'worker/main.ts'],
  env: { ...env, LOG_LEVEL: 'info' },
});
const theirs = await spawnGuarded({
  command: process.execPath,
  args: ['bench/baseline/worker-main.ts'],
  env: { ...env, BASELINE_BUNDLE: bundle },
});
await Promise.all([waitFor(mine, 'worker ready'), waitFor(theirs, 'worker ready')]);
const client = new Client({ connection: await Connection.connect({ address: temporal.url }) });
const pool = await openPool({ databaseUrl: db.url, embedded: kind === 'pglite', min: 1, max: 4 });
const store = createStore(pool);

const run = async (written: unknown, input = {}): Promise<number> => {
  const definition = PipelineDefinition.parse(written);
  const plan = compilePlan(definition, new Map());
  const begin = performance.now();
  const started = await store.runStarts.startRun({
    pipeline: { id: randomUUID(), name: definition.name, version: 1 },
    definition,
    agents: {},
    input,
    trigger: 'api',
    requestId: 'x',
    startedBy: 'x',
    workflowInput: (runId) => ({
      runId,
      pipelineId: runId,
      pipelineName: definition.name,
      pipelineVersion: 1,
      trigger: 'api',
      plan,
      timeoutMs: 600000,
      costLimitUsd: 5,
    }),
  });
  if (started.replayed) throw new Error();
  await client.workflow.execute('pipelineWorkflow', {
    taskQueue: 'gathering',
    workflowId: `pipeline-run:${started.run.id}`,
    args: [started.queued.workflowInput],
  });
  return performance.now() - begin;
};
const byHand = async (): Promise<number> => {
  const begin = performance.now();
  const id = randomUUID();
  await client.workflow.execute('handWrittenChain', {
    taskQueue: 'hand-written',
    workflowId: `by-hand:${id}`,
    args: [id, N, target.url],
  });
  return performance.now() - begin;
};
const median = (a: number[]) => a.toSorted((x, y) => x - y)[Math.floor(a.length / 2)]!;
const which = process.argv[2] ?? 'call';
if (which === 'pure') {
  const times: number[] = [];
  for (let i = -5; i < 30; i++) {
    const t = await run(pureChain(N), { start: i });
    if (i >= 0) times.push(t);
  }
  console.log(
    'pure',
    times.map((t) => t.toFixed(0)).join(' '),
    'median',
    median(times).toFixed(0),
    'min',
    Math.min(...times).toFixed(0),
  );
} else {
  const parts = {
    worker: () => tree(mine.pid),
    hand: () => tree(theirs.pid),
    db: () => tree(db.pid),
    temporal: () => tree(temporal.pid),
  };
  const cost = { ours: {} as Record<string, number>, hand: {} as Record<string, number> };
  const timed = async (to: Record<string, number>, work: () => Promise<number>) => {
    const before = Object.entries(parts).map(([n, f]) => [n, f()] as const);
    const t = await work();
    for (const [n, b] of before) to[n] = (to[n] ?? 0) + parts[n as keyof typeof parts]() - b;
    return t;
  };
  const o: number[] = [],
    h: number[] = [],
    r: number[] = [];
  const pairs = Number(process.env['PAIRS'] ?? 10);
  for (let i = -2; i < pairs; i++) {
    if (i === 0) {
      cost.ours = {};
      cost.hand = {};
    }
    let a = 0,
      b = 0;
    if (i % 2 === 0) {
      a = await timed(cost.ours, () => run(callChain(N, target.url)));
      b = await timed(cost.hand, byHand);
    } else {
      b = await timed(cost.hand, byHand);
      a = await timed(cost.ours, () => run(callChain(N, target.url)));
    }
    if (i >= 0) {
      o.push(a);
      h.push(b);
      r.push(a / b);
    }
  }
  console.log('call ratio', median(r).toFixed(2), 'ours', median(o).toFixed(0), 'hand', median(h).toFixed(0));
  for (const [n, c] of Object.entries(cost))
    console.log(
      n,
      'cpu ms per step',
      Object.fromEntries(Object.entries(c).map(([k, v]) => [k, (v / pairs / N).toFixed(2)])),
    );
}
await Promise.all([mine.stop(), theirs.stop()]);
await raw.end();
await pool.end();
await client.connection.close();
await db.stop();
await temporal.stop();
target.close();
process.exit(0);
