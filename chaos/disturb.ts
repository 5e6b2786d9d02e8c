import { setTimeout as sleep } from 'node:timers/promises';

import { Client, Connection } from '@temporalio/client';
import { v7 as uuid } from 'uuid';

import { seededRandom } from '../platform/expression/seeded-random.ts';
import type { Product } from '../testing/product.ts';
import { eventually } from '../testing/test-server.ts';
import type { Failpoint, FailpointController } from './failpoints.ts';

/** Something bad that was done, and what was under way then. */
export interface Blow {
  what: string;
  during: ReadonlySet<string>;
}

export interface Plan {
  /** How often each failpoint is hit. */
  hits: number;
  randomKills: number;
  outageMs: number;
  seed: number;
}

/** What is to be disturbed. */
export interface Scene {
  /** By id of the run or the conversation: what it is at. */
  underWay: ReadonlyMap<string, readonly string[]>;
  workflowIdOf: (id: string) => string;
  isOver: () => boolean;
  /** Where processes are killed, by whose they are. */
  failpoints: Readonly<Record<'worker' | 'api', readonly Failpoint[]>>;
}

export interface Disturbance {
  readonly blows: readonly Blow[];
  /** From 0 to 1. */
  readonly progress: number;
  /** When something bad was done last, in milliseconds since 1970. */
  readonly lastBlowMs: number;
  /** Resolves when the plan is carried out, or nothing is left to be disturbed. */
  done: Promise<void>;
}

const VICTIMS = ['worker', 'api', 'worker', 'database', 'temporal'] as const;
const RESETS_AT_ONCE = 3;

/**
 * Kills processes at failpoints and at random, takes the database and the engine away for a while, each once, and resets workflows in
 * between.
 */
export function startDisturbance(
  house: Product,
  traps: FailpointController,
  plan: Plan,
  { underWay, isOver, failpoints, workflowIdOf }: Scene,
): Disturbance {
  const blows: Blow[] = [];
  let lastBlowMs = 0;
  const note = (what: string): void => {
    lastBlowMs = Date.now();
    blows.push({ what, during: new Set([...underWay.values()].flat()) });
  };
  /** Whoever needs the database to start waits for the end of its outage. */
  let outage: Promise<void> = Promise.resolve();
  const random = seededRandom(String(plan.seed));

  const spring = async (part: 'worker' | 'api', names: readonly Failpoint[]): Promise<void> => {
    for (const name of Array.from({ length: plan.hits }, () => names).flat()) {
      if (isOver()) return;
      const killed = traps.arm(name, async () => {
        await house[part].kill9();
        note(`${name} (${part})`);
        await outage;
        await house[part].restart();
      });
      await Promise.race([killed, until(isOver)]);
    }
  };
  const takeAway = async (part: 'database' | 'temporal'): Promise<void> => {
    const back = Promise.withResolvers<undefined>();
    outage = back.promise.then(() => undefined);
    try {
      await house[part].kill9();
      note(`${part} away for ${plan.outageMs / 1000} seconds`);
      await sleep(plan.outageMs);
      await house[part].restart();
    } finally {
      back.resolve(undefined);
    }
  };
  const strike = async (): Promise<void> => {
    const at = (part: number): number => Math.floor((plan.randomKills * part) / 4);
    for (let count = 0; count < plan.randomKills && !isOver(); count += 1) {
      await sleep(1_000 + random() * 4_000);
      if (count === at(1)) await takeAway('database');
      if (count === at(2)) await takeAway('temporal');
      if (count % Math.max(1, at(1)) === 1)
        await resetSome(house, [...underWay.keys()].map(workflowIdOf), note);
      const victim = VICTIMS[count % VICTIMS.length] ?? 'worker';
      if (isOver()) return;
      await house[victim].kill9();
      note(`at random: ${victim}`);
      await house[victim].restart();
    }
  };

  const { worker, api } = failpoints;
  const total = (worker.length + api.length) * plan.hits + plan.randomKills;
  const done = Promise.all([spring('worker', worker), spring('api', api), strike()]).then(() => undefined);
  return {
    blows,
    done,
    get lastBlowMs() {
      return lastBlowMs;
    },
    get progress() {
      return blows.filter(({ what }) => !what.startsWith('reset')).length / total;
    },
  };
}

/** So many things are under way at least: else no failpoint would be passed. */
const FEWEST = 4;

/** Things begin no faster than kills come; but some are under way always. */
export async function untilItsTime(
  disturbance: Disturbance | undefined,
  underWay: ReadonlyMap<string, unknown>,
  progress: number,
): Promise<void> {
  if (disturbance === undefined) return;
  const over = disturbance.done.then(() => true);
  const soon = (): Promise<boolean> => sleep(100).then(() => false);
  while (disturbance.progress < progress && underWay.size >= FEWEST)
    if (await Promise.race([over, soon()])) return;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(50);
}

/** Some workflows begin anew from right behind their first task, as an operator may make them. */
async function resetSome(
  house: Product,
  workflowIds: readonly string[],
  note: (what: string) => void,
): Promise<void> {
  let left = RESETS_AT_ONCE;
  for (const workflowId of workflowIds) {
    if (left === 0) return;
    if (await reset(house, workflowId)) {
      note('reset of a workflow');
      left -= 1;
    }
  }
}

/** @returns whether there was such a workflow, and it had decided anything */
export const reset = (house: Product, workflowId: string): Promise<boolean> =>
  eventually(async () => {
    const connection = await Connection.connect({ address: house.temporal.url, connectTimeout: 2_000 });
    try {
      const client = new Client({ connection });
      const found = await client.workflow
        .list({ query: `WorkflowId = '${workflowId}'` })
        [Symbol.asyncIterator]()
        .next();
      if (found.done === true) return false;
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task != null);
      if (firstTask?.eventId == null) return false;
      await connection.workflowService.resetWorkflowExecution({
        ...{ namespace: 'default', workflowExecution: { workflowId }, requestId: uuid(), reason: 'chaos' },
        workflowTaskFinishEventId: firstTask.eventId,
      });
      return true;
    } finally {
      await connection.close();
    }
  }, 30_000);
