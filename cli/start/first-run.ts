import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { RunStarted } from '../../contracts/run.ts';
import type { Pool } from '../../store/pool.ts';
import { createSeeds } from '../../store/seeds.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiProblem } from '../api-client.ts';
import type { PartLog } from './console-log.ts';

const PIPELINE = 'document-digest';
const README = resolve(import.meta.dirname, '../../README.md');

export interface FirstRunOptions {
  client: ApiClient;
  pool: Pool;
  log: PartLog;
}

/** Whether the sample run is still to be started in this database. */
export async function isFirstRunDue(pool: Pool): Promise<boolean> {
  return (await createSeeds(pool).findSeed('run', PIPELINE)) === null;
}

/**
 * Starts the run that a newcomer finds finished: the project's own README, digested. The key makes it one run however often
 * this is repeated. To be called while the seeded agents still use the `demo` provider: it must cost nothing.
 */
export async function startFirstRun({ client, pool, log }: FirstRunOptions): Promise<void> {
  try {
    const run = await client.request({
      method: 'POST',
      path: `/pipelines/${PIPELINE}/runs`,
      schema: RunStarted,
      body: { input: { text: await readFile(README, 'utf8'), name: 'README.md' } },
      headers: { 'idempotency-key': 'first-start', 'x-gathering-trigger': 'first-start' },
    });
    log.note('info', `started the sample run ${client.url}/runs/${run.id}`);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    log.note('warn', `there is no sample run: ${error.message}`); // Such as for a pipeline that was deleted: no reason not to start.
  }
  await createSeeds(pool).recordSeed('run', PIPELINE, { target: null, version: 1 });
}
