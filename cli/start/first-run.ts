import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { RunStarted } from '../../contracts/run.ts';
import type { Pool } from '../../store/pool.ts';
import { createSeeds } from '../../store/seeds.ts';
import type { ApiClient } from '../api-client.ts';

const PIPELINE = 'document-digest';
const README = resolve(import.meta.dirname, '../../README.md');

/** Whether the sample run is still to be started in this database. */
export async function isFirstRunDue(pool: Pool): Promise<boolean> {
  return (await createSeeds(pool).findSeededVersion('run', PIPELINE)) === null;
}

/**
 * Starts the run that a newcomer finds finished: the project's own README, digested. Safe to repeat: the key makes it one run.
 * It is to be called while the seeded agents still use the `demo` provider, which a run's agents keep: it must cost nothing.
 */
export async function startFirstRun(client: ApiClient, pool: Pool): Promise<RunStarted> {
  const run = await client.request({
    method: 'POST',
    path: `/pipelines/${PIPELINE}/runs`,
    schema: RunStarted,
    body: { input: { text: await readFile(README, 'utf8'), name: 'README.md' } },
    headers: { 'idempotency-key': 'first-start', 'x-gathering-trigger': 'first-start' },
  });
  await createSeeds(pool).recordSeed('run', PIPELINE, 1);
  return run;
}
