import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A thread of its own, so that what it measures is the server and not the benchmark beside it: asks one address again and again, and hands
 * out how long each answer took, in milliseconds, when it is told to stop. It says `ready` once it has been answered so often that what is
 * measured from then on is not its own start.
 */
const PAUSE_MS = 5;
const FIRST_ASKS = 20;
const { url } = workerData as { url: string }; // Given by the case that starts it.
const agent = new Agent({ keepAlive: true });
const times: number[] = [];
const stop = new AbortController();
parentPort?.once('message', () => stop.abort());

const ask = (): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => response.resume().once('end', resolve)).once('error', reject);
  });

async function timed(): Promise<number> {
  const begin = performance.now();
  await ask();
  const time = performance.now() - begin;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return time;
}

for (let asked = 0; asked < FIRST_ASKS; asked += 1) await timed();
parentPort?.postMessage('ready');
while (!stop.signal.aborted) times.push(await timed());
parentPort?.postMessage(times);
agent.destroy();
