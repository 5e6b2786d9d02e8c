import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { workflowIdOf } from '../../contracts/place.ts';
import type { RunStatus } from '../../contracts/run.ts';
import type { HttpTarget } from '../../testing/http-target.ts';
import type { Product } from '../../testing/product.ts';
import { type Disturbance, type Plan, reset, startDisturbance, untilItsTime } from '../disturb.ts';
import {
  API_FAILPOINTS,
  type FailpointController,
  SIGNAL_FAILPOINTS,
  WORKER_FAILPOINTS,
} from '../failpoints.ts';
import { inAHouse } from '../in-a-house.ts';
import { type Trace, traceOf } from '../ledger.ts';
import { databaseKind, numberOption } from '../options.ts';
import { patientClient } from '../patient-client.ts';
import { definitionsFor } from './definitions.ts';
import { answerApprovals, type Play, play } from './play.ts';
import { type Played, report } from './report.ts';
import { mixed, type Scenario } from './scenarios.ts';
import { callsByKey, startTarget } from './target.ts';

/**
 * `npm run chaos -- pipelines [--on postgres|pglite] [--runs 60] [--hits 2] [--random 24] [--outage 60] [--seed 1]`: runs of all kinds
 * of nodes. Processes are killed at failpoints and at random, database and engine are away for `outage` seconds, workflows are reset.
 */
const runs = numberOption('runs', 60);
const plan: Plan = {
  hits: numberOption('hits', 2),
  randomKills: numberOption('random', 24),
  outageMs: numberOption('outage', 60) * 1000,
  seed: numberOption('seed', 1),
};
/** So many runs are under way at once, and begin no earlier than the kills have come as far as they have. */
const PLAYERS = 12;
const PEACEFUL_PONDER_MS = 300;
const DISTURBED_PONDER_MS = 5_000;
/** Workflows of ended runs that are reset in the end. */
const ENDED_RESETS = 6;

const say = (line: string): void => console.log(line);
const target = await startTarget();
await inAHouse({ OUTBOUND_ALLOW: target.host }, (house, controller) =>
  compare(house, controller, target).finally(() => target.close()),
);

async function compare(
  house: Product,
  controller: FailpointController,
  called: HttpTarget,
): Promise<boolean> {
  const client = await patientClient(house.url);
  for (const definition of definitionsFor(called.url)) await client.json('POST', '/pipelines', definition);
  const scenarios = mixed(runs);
  say(`${scenarios.length} runs of all kinds in peace (${databaseKind()}) …`);
  const calm = await playAll(house, scenarios);
  const callsInPeace = callsByKey(called).size;
  say(
    `the same runs, with kills at failpoints × ${plan.hits} and ${plan.randomKills} at random, ` +
      `database and engine away for ${plan.outageMs / 1000} s each, and resets …`,
  );
  called.calls.length = 0;
  const disturbed = await playAll(house, scenarios, (game, isOver) =>
    startDisturbance(house, controller, plan, {
      ...{ underWay: game.underWay, isOver, workflowIdOf: workflowIdOf.pipelineRun },
      failpoints: { worker: WORKER_FAILPOINTS, api: [...API_FAILPOINTS, ...SIGNAL_FAILPOINTS] },
    }),
  );
  await resetEnded(house, disturbed);
  const calls = callsByKey(called);
  return report(
    {
      ...{ scenarios, calm, disturbed, calls, callsInPeace, plan, passed: controller.passed },
      statusesNow: await statusesOf(house),
    },
    say,
  );
}

/** Plays all, a few at a time. @returns what each left behind, in the order of the scenarios */
async function playAll(
  house: Product,
  scenarios: readonly Scenario[],
  disturb?: (game: Play, isOver: () => boolean) => Disturbance,
): Promise<Played> {
  const game: Play = {
    client: await patientClient(house.url),
    ...{ underWay: new Map(), ends: new Map(), faults: [] },
    ponderMs: disturb === undefined ? PEACEFUL_PONDER_MS : DISTURBED_PONDER_MS,
  };
  let isOver = false;
  const disturbance = disturb?.(game, () => isOver);
  const ids: string[][] = [];
  const pending = scenarios.map((scenario, index) => ({ scenario, index }));
  const player = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { scenario, index } = next;
      await untilItsTime(disturbance, game.underWay, (index - PLAYERS) / scenarios.length);
      ids[index] = await play(game, scenario, index);
    }
  };
  const answering = answerApprovals(game, () => isOver);
  const played = Promise.all(Array.from({ length: PLAYERS }, player)).finally(() => (isOver = true));
  await Promise.all([played, answering, disturbance?.done]);
  return {
    ...{ ids, ends: game.ends, faults: game.faults, blows: disturbance?.blows ?? [] },
    traces: await tracesOf(house, ids),
  };
}

async function tracesOf(house: Product, ids: readonly string[][]): Promise<Trace[][]> {
  const pool = new pg.Pool({ connectionString: house.database.url, max: 1 });
  const traces: Trace[][] = [];
  for (const several of ids) {
    const some: Trace[] = [];
    for (const id of several) some.push(await traceOf(pool, id));
    traces.push(some);
  }
  await pool.end();
  return traces;
}

/** What has ended is reset, too, and must stay as it is. */
async function resetEnded(house: Product, { ids }: Played): Promise<void> {
  const ended = ids.flat();
  const step = Math.ceil(ended.length / ENDED_RESETS);
  for (let at = 0; at < ended.length; at += step)
    await reset(house, workflowIdOf.pipelineRun(ended[at] ?? ''));
  // As long as a run of this kind takes in peace.
  await sleep(5_000);
}

async function statusesOf(house: Product): Promise<Map<string, RunStatus>> {
  const pool = new pg.Pool({ connectionString: house.database.url, max: 1 });
  const { rows } = await pool.query<{ id: string; status: RunStatus }>(
    'select id, status from pipeline.runs',
  );
  await pool.end();
  return new Map(rows.map(({ id, status }) => [id, status]));
}
