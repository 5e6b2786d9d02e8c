import { randomUUID } from 'node:crypto';

import { eventually } from '../../testing/test-server.ts';
import { inPairs } from '../compare.ts';
import { callChain, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, formatInterval, median, medianInterval } from '../statistics.ts';

const RUNS = 200;
const ACTIONS = 5;
const PAIRS = 15;
const BAR = 0.8;
const LIMIT_MS = 120_000;

/** So many runs at once, each from its own POST, until the last has ended; by hand they are started by the bare client. */
export async function manyRuns({ api, temporal, pool, target, kind }: Stage): Promise<Finding[]> {
  const pipeline = await storePipeline(api, callChain(ACTIONS, target.url));
  const ours = () =>
    rate(async () => {
      const started = await Promise.all(
        Array.from({ length: RUNS }, () =>
          api.json<{ id: string }>('POST', `/pipelines/${pipeline}/runs`, { input: {} }),
        ),
      );
      const ids = started.map(({ id }) => id);
      await eventually(
        async () => {
          const { rows } = await pool.query<{ status: string; count: string }>(
            'select status, count(*) from pipeline.runs where id = any($1) group by status',
            [ids],
          );
          if (rows.some(({ status }) => status !== 'completed')) throw new Error(JSON.stringify(rows));
        },
        LIMIT_MS,
        10,
      );
    });
  const byHand = () =>
    rate(async () => {
      const runs = Array.from({ length: RUNS }, () => {
        const run = randomUUID();
        return temporal.workflow.execute('handWrittenChain', {
          ...{ taskQueue: 'hand-written', workflowId: `by-hand:${run}`, args: [run, ACTIONS, target.url] },
        });
      });
      await Promise.all(runs);
    });
  const compared = await inPairs(PAIRS, { ours, byHand }, { warmUps: 1, onPair: tell });
  const ratio = medianInterval(compared.ratios);
  return [
    {
      what: `${String(RUNS)} concurrent runs of ${String(ACTIONS)} actions, runs/s ÷ by hand (${kind})`,
      bar: `≥ ${String(BAR)}`,
      measured: `${formatInterval(ratio)}, ${String(PAIRS)} pairs; ${format(median(compared.ours), 0)}/s ÷ ${format(median(compared.byHand), 0)}/s`,
      met: ratio.median >= BAR,
    },
  ];
}

const tell = (ours: number, byHand: number): void =>
  void process.stderr.write(`    ${format(ours, 1)}/s ÷ ${format(byHand, 1)}/s\n`);

/** Runs a second. */
async function rate(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return RUNS / ((performance.now() - begin) / 1000);
}
