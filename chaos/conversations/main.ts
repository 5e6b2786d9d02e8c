import { setTimeout as sleep } from 'node:timers/promises';

import { Client, Connection } from '@temporalio/client';
import pg from 'pg';

import { workflowIdOf } from '../../contracts/place.ts';
import type { Product } from '../../testing/product.ts';
import { type Blow, type Disturbance, type Plan, reset, startDisturbance, untilItsTime } from '../disturb.ts';
import { EFFECT_FAILPOINTS, type FailpointController, SIGNAL_FAILPOINTS } from '../failpoints.ts';
import { inAHouse } from '../in-a-house.ts';
import { databaseKind, numberOption } from '../options.ts';
import { type PatientClient, patientClient } from '../patient-client.ts';
import { type Play, play } from './play.ts';
import { type Played, report } from './report.ts';
import { MEMBERS, mixed, type Scenario } from './scenarios.ts';
import { type Trace, traceOf } from './trace.ts';

/**
 * `npm run chaos -- conversations [--on postgres|pglite] [--conversations 40] [--hits 3] [--random 24] [--outage 20] [--seed 1]`:
 * conversations of all modes, with tools, approvals, pauses and branches. Processes are killed at failpoints and at random, database and
 * engine are away for `outage` seconds, workflows are reset.
 */
const count = numberOption('conversations', 40);
const plan: Plan = {
  hits: numberOption('hits', 3),
  randomKills: numberOption('random', 24),
  outageMs: numberOption('outage', 20) * 1000,
  seed: numberOption('seed', 1),
};
/** So many conversations go on at once, and begin no earlier than the kills have come as far as they have. */
const PLAYERS = 8;
const PEACEFUL_PONDER_MS = 50;
const DISTURBED_PONDER_MS = 1_500;
/** Workflows of ended conversations that are reset in the end. */
const ENDED_RESETS = 6;

const say = (line: string): void => console.log(line);
await inAHouse({}, compare);

async function compare(house: Product, controller: FailpointController): Promise<boolean> {
  const client = await patientClient(house.url);
  const circle = await makeCircle(client);
  const scenarios = mixed(count);
  say(`${count} conversations of all modes in peace (${databaseKind()}) …`);
  const calm = await playAll(house, circle, scenarios);
  say(
    `the same conversations, with kills at failpoints × ${plan.hits} and ${plan.randomKills} at random, ` +
      `database and engine away for ${plan.outageMs / 1000} s each, and resets …`,
  );
  const disturbed = await playAll(house, circle, scenarios, (game, isOver) =>
    startDisturbance(house, controller, plan, {
      ...{ underWay: game.underWay, isOver, workflowIdOf: workflowIdOf.conversation },
      failpoints: { worker: EFFECT_FAILPOINTS, api: SIGNAL_FAILPOINTS },
    }),
  );
  return report({ scenarios, calm, disturbed, plan }, say);
}

async function makeCircle(client: PatientClient): Promise<Pick<Play, 'circleId' | 'agentId'>> {
  const circle = await client.json<{ id: string }>('POST', '/circles', { name: 'chaos' });
  let agentId = '';
  for (const { name, role, work, approveTools = [] } of MEMBERS) {
    const agent = { name, role: work, provider: 'demo', model: 'demo', tools: approveTools, approveTools };
    const { id } = await client.json<{ id: string }>('POST', '/agents', agent);
    await client.json('PUT', `/circles/${circle.id}/members/${id}`, { kind: 'agent', role });
    if (approveTools.length > 0) agentId = id;
  }
  return { circleId: circle.id, agentId };
}

/** Plays all, a few at a time. @returns what each left behind, in the order of the scenarios */
async function playAll(
  house: Product,
  circle: Pick<Play, 'circleId' | 'agentId'>,
  scenarios: readonly Scenario[],
  disturb?: (game: Play, isOver: () => boolean) => Disturbance,
): Promise<Played> {
  const game: Play = {
    ...{ ...circle, client: await patientClient(house.url) },
    ...{ underWay: new Map(), acknowledged: new Map(), faults: [] },
    ponderMs: disturb === undefined ? PEACEFUL_PONDER_MS : DISTURBED_PONDER_MS,
    lastBlowMs: () => disturbance?.lastBlowMs ?? 0,
    describe: (id) => describeWorkflow(house, id),
  };
  let isOver = false;
  const disturbance = disturb?.(game, () => isOver);
  const ids: string[] = [];
  const pending = scenarios.map((scenario, index) => ({ scenario, index }));
  const player = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { scenario, index } = next;
      await untilItsTime(disturbance, game.underWay, (index - PLAYERS) / scenarios.length);
      ids[index] = await play(game, scenario);
    }
  };
  const played = Promise.all(Array.from({ length: PLAYERS }, player)).finally(() => (isOver = true));
  await Promise.all([played, disturbance?.done]);
  if (disturbance !== undefined) await resetEnded(house, ids);
  const blows: readonly Blow[] = disturbance?.blows ?? [];
  return { ...game, ids, blows, traces: await tracesOf(house, ids, scenarios) };
}

/** What it waits for, when it does not go on. */
async function describeWorkflow(house: Product, id: string): Promise<string> {
  const connection = await Connection.connect({ address: house.temporal.url });
  try {
    const workflow = new Client({ connection }).workflow.getHandle(workflowIdOf.conversation(id));
    const { status, historyLength, raw } = await workflow.describe();
    const pending = (raw.pendingActivities ?? []).map(
      ({ activityId, attempt }) => `${activityId} (${attempt})`,
    );
    return `${status.name}, ${historyLength} events, pending: ${pending.join(', ') || 'nothing'}`;
  } finally {
    await connection.close();
  }
}

/** What has ended is reset, too, and must stay as it is; and the last wake-ups have been delivered then. */
async function resetEnded(house: Product, ids: readonly string[]): Promise<void> {
  const step = Math.ceil(ids.length / ENDED_RESETS);
  for (let at = 0; at < ids.length; at += step) await reset(house, workflowIdOf.conversation(ids[at] ?? ''));
  await sleep(5_000);
}

async function tracesOf(
  house: Product,
  ids: readonly string[],
  scenarios: readonly Scenario[],
): Promise<Trace[]> {
  const pool = new pg.Pool({ connectionString: house.database.url, max: 1 });
  const traces: Trace[] = [];
  for (const [index, scenario] of scenarios.entries())
    traces.push(await traceOf(pool, ids[index] ?? '', scenario));
  await pool.end();
  return traces;
}
