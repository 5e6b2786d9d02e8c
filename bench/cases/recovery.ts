import { callChain, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';

const KILLS = 8;

interface Event {
  type: string;
  data: { timestamp: string };
}

/** `kill -9` of the worker in the middle of a chain: how long until its next step starts, the restart included. */
export async function recovery({ api, product, target, kind }: Stage): Promise<Finding[]> {
  const pipeline = await storePipeline(api, { ...callChain(60, target.url), name: 'killed chain' });
  const pauses: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { id } = await api.json<{ id: string }>('POST', `/pipelines/${pipeline}/runs`, { input: {} });
    while ((await completed(api, id)) < 5 + kill) await new Promise((resolve) => setTimeout(resolve, 5));
    await product.worker.kill9();
    const killedAt = Date.now();
    await product.worker.restart();
    const run = await api.json<{ status: string }>('GET', `/runs/${id}?wait=60s`);
    if (run.status !== 'completed') throw new Error(`run ${id} is ${run.status}`);
    const events = await allEvents(api, id);
    const next = events.find(
      ({ type, data }) => type === 'node.started' && Date.parse(data.timestamp) > killedAt,
    );
    if (next !== undefined) pauses.push(Date.parse(next.data.timestamp) - killedAt);
  }
  const longest = Math.max(...pauses);
  return [
    {
      what: `after kill -9 of the worker, the next step starts (${kind}; its restart included)`,
      bar: '≤ 5 s',
      measured: `${format(longest / 1000)} s at most (median ${format(percentile(pauses, 0.5) / 1000)} s, ${String(pauses.length)} kills)`,
      met: pauses.length === KILLS && longest <= 5000,
    },
  ];
}

async function completed(api: Stage['api'], id: string): Promise<number> {
  return (await allEvents(api, id)).filter(({ type }) => type === 'node.completed').length;
}

async function allEvents(api: Stage['api'], id: string): Promise<Event[]> {
  const { items } = await api.json<{ items: Event[] }>('GET', `/runs/${id}/events?after=0&limit=200`);
  return items;
}
