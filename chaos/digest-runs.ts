import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { seededRandom } from '../platform/expression/seeded-random.ts';
import type { Product } from '../testing/product.ts';
import { documents } from './documents.ts';
import type { Failpoint } from './failpoints.ts';
import { API_FAILPOINTS, type FailpointController, WORKER_FAILPOINTS } from './failpoints.ts';
import { inAHouse } from './in-a-house.ts';
import type { Trace } from './ledger.ts';
import { differences, traceOf } from './ledger.ts';
import { databaseKind, numberOption } from './options.ts';
import { type PatientClient, patientClient } from './patient-client.ts';

/** `npm run chaos [-- --on postgres|pglite] [--runs 20] [--hits 3] [--random 12] [--seed 1]`: runs of `document-digest`. */
const kind = databaseKind();
const runs = numberOption('runs', 20);
const hits = numberOption('hits', 3);
const randomKills = numberOption('random', 12);
const seed = numberOption('seed', 1);

const VICTIMS = ['worker', 'api', 'database', 'temporal'] as const;
const say = (line: string): void => console.log(line);
const kills: string[] = [];

await inAHouse({}, async (house, controller) => {
  const inputs = await documents(runs);
  say(`${String(runs)} runs of document-digest in peace (${kind}) …`);
  const calm = await play(house, inputs);
  say(
    `the same runs, killed at ${String(WORKER_FAILPOINTS.length + API_FAILPOINTS.length)} failpoints × ${String(hits)} and ${String(randomKills)} times at random …`,
  );
  const disturbed = await play(house, inputs, (done) => disturb(house, controller, kills, done));
  const failed = report(calm, disturbed, kills);
  if (failed) say(kills.join('\n'));
  return failed;
});

/** Starts all runs, a few at a time, waits for their ends, and returns what they left behind, in the order of the inputs. */
async function play(
  house: Product,
  inputs: readonly { name: string; text: string }[],
  meanwhile?: (done: () => boolean) => Promise<void>,
): Promise<Trace[]> {
  const client = await patientClient(house.url);
  const { items } = await client.json<{ items: { id: string; name: string }[] }>(
    'GET',
    '/pipelines?limit=200',
  );
  const pipeline = items.find(({ name }) => name === 'document-digest');
  if (pipeline === undefined) throw new Error('document-digest is not seeded');
  const ids: string[] = [];
  let done = false;
  const disturbance = meanwhile?.(() => done);
  const pending = inputs.map((input, index) => ({ input, index }));
  const player = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const path = `/pipelines/${pipeline.id}/runs`;
      const { id } = await client.json<{ id: string }>('POST', path, { input: next.input }, randomUUID());
      ids[next.index] = id;
      await untilEnded(client, id);
    }
  };
  const played = Promise.all([player(), player(), player()]).then(() => (done = true));
  await Promise.all([played, disturbance]);
  const pool = new pg.Pool({ connectionString: house.database.url, max: 1 });
  const traces: Trace[] = [];
  for (const id of ids) traces.push(await traceOf(pool, id));
  await pool.end();
  return traces;
}

async function untilEnded(client: PatientClient, id: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { status } = await client.json<{ status: string }>('GET', `/runs/${id}?wait=5s`);
    if (!['queued', 'running', 'paused'].includes(status)) return;
    if (Date.now() > deadline) throw new Error(`run ${id} is still ${status} after 120 s`);
  }
}

/** Every failpoint of worker and API in turn, and meanwhile a random process at a random moment, until all is used up. */
async function disturb(
  house: Product,
  traps: FailpointController,
  kills: string[],
  done: () => boolean,
): Promise<void> {
  const spring = async (part: 'worker' | 'api', names: readonly Failpoint[]): Promise<void> => {
    for (const name of Array.from({ length: hits }, () => names).flat()) {
      if (done()) return;
      const killed = traps.arm(name, async (key) => {
        await house[part].kill9();
        kills.push(`${name} (${part}) ${key}`);
        await house[part].restart();
      });
      await Promise.race([killed, until(done)]);
    }
  };
  const random = seededRandom(String(seed));
  const strike = async (): Promise<void> => {
    for (let count = 0; count < randomKills && !done(); count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1000 + random() * 6000));
      const victim = VICTIMS[count % VICTIMS.length] ?? 'worker';
      if (done()) return;
      await house[victim].kill9();
      kills.push(`at random: ${victim}`);
      await house[victim].restart();
    }
  };
  await Promise.all([spring('worker', WORKER_FAILPOINTS), spring('api', API_FAILPOINTS), strike()]);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function report(calm: readonly Trace[], disturbed: readonly Trace[], kills: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const kill of kills) {
    const name = kill.startsWith('at random') ? kill : (kill.split(' ')[0] ?? kill);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  say(`kills: ${String(kills.length)}`);
  for (const [name, count] of counts) say(`  ${String(count)} × ${name}`);
  let different = 0;
  for (const [index, trace] of disturbed.entries()) {
    const reference = calm[index];
    if (reference === undefined) continue;
    const found = [
      ...reference.faults.map((fault) => `in peace: ${fault}`),
      ...differences(trace, reference),
    ];
    if (found.length === 0) continue;
    different += 1;
    say(`run ${String(index)}:\n${found.map((line) => `  ${line}`).join('\n')}`);
  }
  const missed = [...WORKER_FAILPOINTS, ...API_FAILPOINTS].filter((name) => (counts.get(name) ?? 0) < hits);
  const randoms = kills.filter((kill) => kill.startsWith('at random')).length;
  if (missed.length > 0) say(`failpoints hit less than ${String(hits)} times: ${missed.join(', ')}`);
  if (randoms < randomKills) say(`only ${String(randoms)} random kills`);
  const events = disturbed.reduce((sum, { events: told }) => sum + told.length, 0);
  const completed = disturbed.filter(({ status }) => status === 'completed').length;
  say(
    `${String(completed)} of ${String(disturbed.length)} runs completed, ${String(events)} events compared, ${String(different)} runs differ`,
  );
  return different > 0 || missed.length > 0 || randoms < randomKills || completed < disturbed.length;
}
