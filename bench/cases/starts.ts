import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { WorkflowHandle } from '@temporalio/client';

import { eventually } from '../../testing/test-server.ts';
import { oneTransform, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';

const AT_ONCE = 50;
const ROUNDS = 12;

/** 50 starts at once over the API against 50 bare ones, round about, and how `/health` answers meanwhile. */
export async function starts(stage: Stage): Promise<Finding[]> {
  const { api, temporal, product } = stage;
  const pipeline = await storePipeline(api, oneTransform);
  const ours: number[] = [];
  const bare: number[] = [];
  const health: number[] = [];
  const startOurs = () => timed(() => api.json('POST', `/pipelines/${pipeline}/runs`, { input: {} }));
  const started: WorkflowHandle[] = [];
  const startBare = () =>
    timed(async () => {
      const workflowId = `bare:${randomUUID()}`;
      started.push(await temporal.workflow.start('nothing', { taskQueue: 'hand-written', workflowId }));
    });
  // What one side started must not be under way any more while the other one is measured.
  const quiet = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((workflow) => workflow.result()));
    await eventually(async () => {
      const { items } = await api.json<{ items: unknown[] }>('GET', '/runs?status=queued,running&limit=1');
      if (items.length > 0) throw new Error('runs are still under way');
    });
    await pause();
  };
  await atOnce(startOurs);
  await atOnce(startBare);
  await quiet();
  for (let round = 0; round < ROUNDS; round += 1) {
    const measureOurs = async (): Promise<void> => {
      const stop = await probe(`${product.url}/health`, health);
      ours.push(...(await atOnce(startOurs)));
      await stop();
    };
    const measureBare = async (): Promise<void> => void bare.push(...(await atOnce(startBare)));
    for (const measure of round % 2 === 0 ? [measureOurs, measureBare] : [measureBare, measureOurs]) {
      await measure();
      await quiet();
    }
  }
  const ratio = percentile(ours, 0.95) / percentile(bare, 0.95);
  const limit = stage.kind === 'postgres' ? 1.3 : 1.5;
  const p99 = percentile(health, 0.99);
  return [
    {
      what: `POST /runs, ${String(AT_ONCE)} at once: p95 ÷ bare start's p95 (${stage.kind})`,
      bar: `≤ ${String(limit)}`,
      measured: `${format(ratio)} (${format(percentile(ours, 0.95), 0)} ms ÷ ${format(percentile(bare, 0.95), 0)} ms, ${String(ROUNDS)} rounds)`,
      met: ratio <= limit,
    },
    {
      what: `/health meanwhile, p99 (${stage.kind})`,
      bar: '≤ 50 ms',
      measured: `${format(p99, 1)} ms (${String(health.length)} requests)`,
      met: p99 <= 50,
    },
  ];
}

const atOnce = (start: () => Promise<number>): Promise<number[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, start));

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Whatever else follows an end, such as the closing of a workflow. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));

async function probe(url: string, into: number[]): Promise<() => Promise<void>> {
  const thread = new Worker(new URL('../probe.ts', import.meta.url), { workerData: { url } });
  await once(thread, 'message'); // 'ready'
  return async () => {
    thread.postMessage('stop');
    const [times] = (await once(thread, 'message')) as [number[]]; // What probe.ts posts.
    into.push(...times);
  };
}
