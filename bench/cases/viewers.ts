import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { spawnGuarded } from '../../cli/start/guarded-process.ts';
import type { ApiClient } from '../../testing/api-client.ts';
import { residentAfterCollection } from '../memory.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';
import { drip, say, startConversation } from '../streamed-answers.ts';
import type { Viewing } from '../viewers.ts';

const VIEWERS = 1_000;
const THREADS = 2;
const EVERY_MS = 50;
const SECONDS = 60;
const PIECES = (SECONDS * 1_000) / EVERY_MS;
const BAR_MS = 80;
const BAR_RSS = 1.1;
/** `~` and milliseconds since 1970 with four digits behind the point. */
const PIECE_LENGTH = 19;

/** One answer of a model, 20 deltas a second for a minute, on its way from the provider to a thousand clients. */
export async function viewers({ api, product, provider, kind }: Stage): Promise<Finding[]> {
  const conversation = await startConversation(api, 'watched');
  // The turn is longer than turns may usually be.
  await api.json('PATCH', `/conversations/${conversation}`, { settings: { turnTimeout: '10 minutes' } });
  const threads = await openThreads(api, `conversations/${conversation}`);
  const piece = (): string => `~${(performance.timeOrigin + performance.now()).toFixed(4)}`;
  provider.answerWith(drip({ piece, count: PIECES, everyMs: EVERY_MS }));
  const ended = Promise.all(threads.map(viewingOf));
  await say(api, conversation, 'Tell us everything.');
  await sleep(SECONDS * 200);
  const early = await residentAfterCollection(product.api.pid);
  const viewings = await ended;
  const late = await residentAfterCollection(product.api.pid);
  await Promise.all(threads.map((thread) => thread.terminate()));
  const bare = percentile(await bareDelays(), 0.95);

  const delays = viewings.flatMap(({ delays: some }) => [...some]);
  const complete = viewings.reduce((sum, viewing) => sum + viewing.complete, 0);
  const p95 = percentile(delays, 0.95);
  const growth = late / early;
  const mebibytes = (bytes: number): string => `${format(bytes / 1024 / 1024, 0)} MiB`;
  return [
    {
      what: `${String(VIEWERS)} viewers at 20 deltas/s: all get all (${kind})`,
      bar: `${String(VIEWERS)} have the stored text; ${String(VIEWERS * PIECES)} pieces`,
      measured: `${String(complete)}; ${String(delays.length)}`,
      met: complete === VIEWERS && delays.length === VIEWERS * PIECES,
    },
    {
      what: `${String(VIEWERS)} viewers at 20 deltas/s: provider → browser, p95 (${kind})`,
      bar: `≤ ${String(BAR_MS)} ms`,
      measured: `${format(p95, 0)} ms (p50 ${format(percentile(delays, 0.5), 0)} ms, p99 ${format(percentile(delays, 0.99), 0)} ms); bare socket.io right after it: ${format(bare, 0)} ms`,
      met: p95 <= BAR_MS,
    },
    {
      what: `${String(VIEWERS)} viewers: memory of the API at the end ÷ at 20 % (${kind})`,
      bar: `≤ ${String(BAR_RSS)}`,
      measured: `${format(growth)} (${mebibytes(late)} ÷ ${mebibytes(early)})`,
      met: growth <= BAR_RSS,
    },
  ];
}

/** Threads whose clients all follow the channel. */
function openThreads({ url, token }: Pick<ApiClient, 'url' | 'token'>, channel: string): Promise<Worker[]> {
  const workerData = { url, token, channel, viewers: VIEWERS / THREADS, pieceLength: PIECE_LENGTH };
  return Promise.all(
    Array.from({ length: THREADS }, async () => {
      const thread = new Worker(resolve(import.meta.dirname, '../viewers.ts'), { workerData });
      await nextMessage(thread);
      return thread;
    }),
  );
}

const nextMessage = (thread: Worker): Promise<unknown> =>
  new Promise((settle, reject) => {
    thread.once('message', settle);
    thread.once('error', reject);
  });

/** What a thread's clients have got, once the turn has ended for all of them. */
const viewingOf = async (thread: Worker): Promise<Viewing> => (await nextMessage(thread)) as Viewing; // Its only message.

/** The same from a server that does nothing else. */
async function bareDelays(): Promise<number[]> {
  const server = await spawnGuarded({
    command: process.execPath,
    args: [
      resolve(import.meta.dirname, '../baseline/broadcast-main.ts'),
      ...[VIEWERS, PIECES / 3, EVERY_MS].map(String),
    ],
    env: process.env,
  });
  try {
    const port = await new Promise<string>((settle) => {
      server.child.stdout?.once('data', (chunk: Buffer) => settle(chunk.toString().trim()));
    });
    const threads = await openThreads({ url: `http://127.0.0.1:${port}`, token: '' }, 'everything');
    const viewings = await Promise.all(threads.map(viewingOf));
    await Promise.all(threads.map((thread) => thread.terminate()));
    return viewings.flatMap(({ delays }) => [...delays]);
  } finally {
    await server.stop();
  }
}
