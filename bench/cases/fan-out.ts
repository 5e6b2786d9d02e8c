import { randomUUID } from 'node:crypto';

import { inPairs } from '../compare.ts';
import { callsAtOnce, runToSuccess, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, formatInterval, median, medianInterval } from '../statistics.ts';

const WIDTH = 100;
const PAIRS = 15;
const BAR = 1.2;

/** Nodes that all run at once, from the POST to the result, against one activity each by hand. */
export async function fanOut({ api, temporal, target, kind }: Stage): Promise<Finding[]> {
  const pipeline = await storePipeline(api, callsAtOnce(WIDTH, target.url));
  const { ours, byHand, ratios } = await inPairs(PAIRS, {
    ours: () => timed(() => runToSuccess(api, pipeline)),
    byHand: () =>
      timed(() => {
        const run = randomUUID();
        return temporal.workflow.execute('handWrittenFanOut', {
          ...{ taskQueue: 'hand-written', workflowId: `by-hand:${run}`, args: [run, WIDTH, target.url] },
        });
      }),
  });
  const ratio = medianInterval(ratios);
  return [
    {
      what: `fan-out of ${String(WIDTH)} call_api nodes ÷ by hand (${kind})`,
      bar: `≤ ${String(BAR)}`,
      measured: `${formatInterval(ratio)}, ${String(PAIRS)} pairs; ${format(median(ours), 0)} ms ÷ ${format(median(byHand), 0)} ms`,
      met: ratio.median <= BAR,
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
