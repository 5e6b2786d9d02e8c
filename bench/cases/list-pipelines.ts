import { spawnGuarded } from '../../cli/start/guarded-process.ts';
import { freePort } from '../../cli/start/ports.ts';
import { oneTransform, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, formatInterval, median, medianInterval } from '../statistics.ts';

const ROWS = 50;
const CLIENTS = 16;
const LOAD_MS = 2000;
const PAIRS = 9;

/** The list of pipelines against Express and pg doing the same query and nothing else, each in a process of its own. */
export async function listPipelines({ api, product, kind }: Stage): Promise<Finding[]> {
  for (let row = 0; row < ROWS; row += 1)
    await storePipeline(api, { ...oneTransform, name: `listed ${String(row)}` });
  const port = await freePort();
  const bare = await spawnGuarded({
    command: process.execPath,
    args: [new URL('../baseline/list-main.ts', import.meta.url).pathname, String(port)],
    env: product.env,
  });
  await new Promise<void>((resolve) => bare.child.stdout?.once('data', () => resolve()));
  try {
    const ours = () => load(`${product.url}/api/pipelines?limit=${String(ROWS)}`, api.token);
    const theirs = () => load(`http://127.0.0.1:${String(port)}/`, api.token);
    await ours();
    await theirs();
    const rates = { ours: [] as number[], theirs: [] as number[] };
    for (let pair = 0; pair < PAIRS; pair += 1) {
      rates.ours.push(await ours());
      rates.theirs.push(await theirs());
    }
    const ratio = medianInterval(rates.ours.map((rate, index) => rate / (rates.theirs[index] ?? Number.NaN)));
    return [
      {
        what: `GET /pipelines (${String(ROWS)} rows) ÷ bare Express + pg, requests/s (${kind})`,
        bar: '≥ 0.5',
        measured: `${formatInterval(ratio)}, ${String(PAIRS)} pairs; ${format(median(rates.ours), 0)}/s ÷ ${format(median(rates.theirs), 0)}/s`,
        met: ratio.median >= 0.5,
      },
    ];
  } finally {
    await bare.stop();
  }
}

/** Requests a second of a few clients that each ask again at once. */
async function load(url: string, token: string): Promise<number> {
  const end = performance.now() + LOAD_MS;
  let answered = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const { items } = (await response.json()) as { items: unknown[] }; // Both answer with a list.
      if (items.length !== ROWS) throw new Error(`${url} gave ${String(items.length)} rows`);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return answered / (LOAD_MS / 1000);
}
