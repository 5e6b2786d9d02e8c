import { randomUUID } from 'node:crypto';

import { callChain, pureChain, runToSuccess, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, formatInterval, median, medianInterval } from '../statistics.ts';

const LENGTH = 100;
const PAIRS = 21;
const PURE_RUNS = 15;

/** A chain of pure nodes: from the POST to the result, and how long its history is. */
export async function pureChainCase({ api, temporal, kind }: Stage): Promise<Finding[]> {
  const pipeline = await storePipeline(api, pureChain(LENGTH));
  const times: number[] = [];
  let workflowId = '';
  for (let run = -3; run < PURE_RUNS; run += 1) {
    const begin = performance.now();
    const ended = await runToSuccess(api, pipeline, { start: run });
    if (run >= 0) times.push(performance.now() - begin);
    workflowId = ended.workflowId;
    const last = (ended.output as Record<string, number>)[`n${String(LENGTH - 1)}`];
    if (last !== run + LENGTH) throw new Error(`the chain gave ${JSON.stringify(ended.output)}`);
  }
  const events = (await temporal.workflow.getHandle(workflowId).describe()).historyLength;
  const middle = median(times);
  return [
    {
      what: `chain of ${String(LENGTH)} pure nodes over the API, start to result (${kind})`,
      bar: '≤ 120 ms',
      measured: `${format(middle, 0)} ms (median of ${String(PURE_RUNS)})`,
      met: middle <= 120,
    },
    { what: 'its history', bar: '≤ 20 events', measured: `${String(events)} events`, met: events <= 20 },
  ];
}

/** A chain of `call_api` nodes against the same by hand, in pairs whose order alternates. */
export async function callChainCase({ api, temporal, target, kind }: Stage): Promise<Finding[]> {
  const pipeline = await storePipeline(api, callChain(LENGTH, target.url));
  const ours = async (): Promise<number> => {
    const begin = performance.now();
    await runToSuccess(api, pipeline);
    return performance.now() - begin;
  };
  const byHand = async (): Promise<number> => {
    const begin = performance.now();
    const run = randomUUID();
    await temporal.workflow.execute('handWrittenChain', {
      taskQueue: 'hand-written',
      workflowId: `by-hand:${run}`,
      args: [run, LENGTH, target.url],
    });
    return performance.now() - begin;
  };
  const ratios: number[] = [];
  const times = { ours: [] as number[], byHand: [] as number[] };
  for (let pair = -2; pair < PAIRS; pair += 1) {
    let [mine, theirs] = [0, 0];
    if (pair % 2 === 0) [mine, theirs] = [await ours(), await byHand()];
    else [theirs, mine] = [await byHand(), await ours()];
    if (pair < 0) continue;
    ratios.push(mine / theirs);
    times.ours.push(mine);
    times.byHand.push(theirs);
  }
  const ratio = medianInterval(ratios);
  return [
    {
      what: `chain of ${String(LENGTH)} call_api nodes ÷ by hand (${kind})`,
      bar: '≤ 1.15',
      measured: `${formatInterval(ratio)}, ${String(PAIRS)} pairs; ${format(median(times.ours), 0)} ms ÷ ${format(median(times.byHand), 0)} ms`,
      met: ratio.median <= 1.15,
    },
  ];
}
