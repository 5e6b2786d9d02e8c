import { randomUUID } from 'node:crypto';

import { eventually } from '../../testing/test-server.ts';
import { residentAfterCollection } from '../memory.ts';
import { callsOfMap, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format } from '../statistics.ts';

const ITEMS = 10_000;
const CONCURRENCY = 50;
const LIMIT_MS = 20 * 60_000;
const EARLY = 0.2;
const BARS = { cost: 1.2, memory: 1.1, history: 10_000 };

/**
 * A map over 10,000 items that call an API each, against a window of as many activities by hand, one after the other; what the worker holds of
 * memory at its end and at a fifth of it; the longest history of all its workflows.
 */
export async function bigMap(stage: Stage): Promise<Finding[]> {
  const { api, temporal, product, target, kind } = stage;
  const measure = (): Promise<number> => residentAfterCollection(product.worker.pid);
  const byHand = async (): Promise<number> => {
    const begin = performance.now();
    const run = randomUUID();
    await temporal.workflow.execute('handWrittenWindow', {
      ...{ taskQueue: 'hand-written', workflowId: `by-hand:${run}` },
      args: [run, 0, ITEMS, CONCURRENCY, target.url],
    });
    return (performance.now() - begin) / ITEMS;
  };

  const warm = await storePipeline(api, callsOfMap(1_000, CONCURRENCY, target.url));
  await runMap(stage, warm, 1_000);
  const big = await storePipeline(api, callsOfMap(ITEMS, CONCURRENCY, target.url));
  const before = await byHand();
  const { id, msPerItem, early } = await runMap(stage, big, ITEMS, measure);
  const memory = { early: early ?? Number.NaN, end: await measure() };
  const after = await byHand();
  const theirs = (before + after) / 2;
  const history = await longestHistory(stage, id);
  return [
    {
      what: `map over ${String(ITEMS)} items, each a call_api, ${String(CONCURRENCY)} at once: cost of an item ÷ by hand (${kind})`,
      bar: `≤ ${String(BARS.cost)}`,
      measured: `${format(msPerItem / theirs)}; ${format(msPerItem, 1)} ms ÷ ${format(theirs, 1)} ms (${format(before, 1)} before, ${format(after, 1)} after it)`,
      met: msPerItem / theirs <= BARS.cost,
    },
    {
      what: 'memory of the worker after collection, at its end ÷ at a fifth of it',
      bar: `≤ ${String(BARS.memory)}`,
      measured: `${format(memory.end / memory.early)}; ${format(memory.end / 2 ** 20, 0)} MiB ÷ ${format(memory.early / 2 ** 20, 0)} MiB`,
      met: memory.end / memory.early <= BARS.memory,
    },
    {
      what: 'longest history of its workflows',
      bar: `≤ ${String(BARS.history)} events`,
      measured: `${String(history.longest)} events, of ${String(history.count)} workflows`,
      met: history.longest <= BARS.history,
    },
  ];
}

/** Measured memory once a fifth of the items are done, which is not a part of the time. */
async function runMap(
  { api, pool }: Stage,
  pipeline: string,
  items: number,
  measure?: () => Promise<number>,
): Promise<{ id: string; msPerItem: number; early: number | undefined }> {
  const begin = performance.now();
  const { id } = await api.json<{ id: string }>('POST', `/pipelines/${pipeline}/runs`, { input: {} });
  const reach = (query: string, least: number) =>
    eventually(
      async () => {
        const { rows } = await pool.query<{ count: string }>(query, [id]);
        if (Number(rows[0]?.count) < least) throw new Error(`${String(rows[0]?.count)} of ${String(least)}`);
      },
      LIMIT_MS,
      50,
    );
  let early: number | undefined;
  if (measure !== undefined) {
    const done = "select count(*) from pipeline.effects where run_id = $1 and status = 'done'";
    await reach(done, items * EARLY);
    early = await measure();
  }
  await reach("select count(*) from pipeline.runs where id = $1 and status = 'completed'", 1);
  return { id, msPerItem: (performance.now() - begin) / items, early };
}

async function longestHistory(
  { temporal }: Stage,
  runId: string,
): Promise<{ longest: number; count: number }> {
  const query = `WorkflowId STARTS_WITH 'pipeline-run:${runId}'`;
  let [longest, count] = [0, 0];
  for await (const { historyLength } of temporal.workflow.list({ query })) {
    longest = Math.max(longest, historyLength);
    count += 1;
  }
  return { longest, count };
}
