import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Approval, ApprovalSummary } from '../../contracts/approval.ts';
import type { Page } from '../../contracts/page.ts';
import { isTerminal, type Run, type RunStarted, type RunStatus } from '../../contracts/run.ts';
import { eventually } from '../../testing/test-server.ts';
import type { PatientClient } from '../patient-client.ts';
import type { Activity, Scenario } from './scenarios.ts';

/** What becomes known while runs are played. */
export interface Play {
  client: PatientClient;
  /** Runs that have not ended, with what they are at. */
  underWay: Map<string, readonly Activity[]>;
  /** The status in which each run was first seen to have ended. */
  ends: Map<string, RunStatus>;
  faults: string[];
  /** How long an approval is left to wait. */
  ponderMs: number;
}

const LIMIT_MS = 480_000;
const LOOK_EVERY_MS = 200;

/** Starts a run and does with it what its scenario says. @returns the ids of the runs that came of it */
export async function play(game: Play, scenario: Scenario, n: number): Promise<string[]> {
  const { client, underWay } = game;
  const path = `/pipelines/${scenario.pipeline}/runs`;
  const { id } = await client.json<RunStarted>('POST', path, { input: { n } }, randomUUID());
  underWay.set(id, scenario.activities);
  if (scenario.act === 'pause') await pauseWhileItAsks(game, id);
  if (scenario.act === 'cancel') await cancelWhileItHangs(game, id);
  await ended(game, id);
  if (scenario.act !== 'fork') return [id];
  const body = { fromNode: 'c', input: { n: n + 1 } };
  const fork = await client.json<RunStarted>('POST', `/runs/${id}/fork`, body, randomUUID());
  underWay.set(fork.id, scenario.activities);
  await ended(game, fork.id);
  return [id, fork.id];
}

async function ended({ client, underWay, ends, faults }: Play, id: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const { status } = await client.json<Run>('GET', `/runs/${id}?wait=5s&outputs=small`);
    if (isTerminal(status)) {
      ends.set(id, status);
      break;
    }
    if (Date.now() > deadline) {
      faults.push(`run ${id} is still ${status}`);
      break;
    }
  }
  underWay.delete(id);
}

const nodeOf = async ({ client }: Play, id: string, path: string): Promise<string | undefined> =>
  (await client.json<Run>('GET', `/runs/${id}?outputs=small`)).nodes.find((node) => node.path === path)
    ?.status;

const untilNodeIs = (game: Play, id: string, path: string, status: string): Promise<void> =>
  eventually(
    async () => {
      const now = await nodeOf(game, id, path);
      if (now !== status) throw new Error(`${path} of ${id} is ${now ?? 'absent'}`);
    },
    LIMIT_MS,
    LOOK_EVERY_MS,
  );

async function pauseWhileItAsks(game: Play, id: string): Promise<void> {
  const { client, faults } = game;
  await untilNodeIs(game, id, 'ask', 'waiting');
  await client.json('POST', `/runs/${id}/pause`);
  await sleep(game.ponderMs);
  const { items } = await client.json<Page<ApprovalSummary>>('GET', `/approvals?runId=${id}`);
  for (const approval of items) await decide(game, approval);
  await untilNodeIs(game, id, 'ask', 'completed');
  await sleep(game.ponderMs);
  const after = await nodeOf(game, id, 'after');
  if (after !== 'pending') faults.push(`run ${id} is paused, and its next node is ${after ?? 'absent'}`);
  await client.json('POST', `/runs/${id}/resume`);
}

async function cancelWhileItHangs(game: Play, id: string): Promise<void> {
  await untilNodeIs(game, id, 'hangs', 'running');
  await sleep(game.ponderMs);
  await game.client.json('POST', `/runs/${id}/cancel`).catch((error: unknown) => {
    // It was asked for, the answer was lost, and meanwhile it has been done.
    if (!String(error).includes('it is canceled')) throw error;
  });
}

/** Answers what runs ask, after a while, until all is over. */
export async function answerApprovals(game: Play, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const page = await game.client.json<Page<ApprovalSummary>>('GET', '/approvals?status=pending&limit=200');
    for (const approval of page.items) {
      const isOthers = approval.pipelineName === 'chaos-paused' || approval.title.startsWith('Nobody');
      const isDue = Date.parse(approval.createdAt) + game.ponderMs < Date.now();
      if (isDue && !isOthers) await decide(game, approval);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function decide({ client }: Play, { id, title, pipelineName }: ApprovalSummary): Promise<void> {
  const n = Number(/May (\d+)/.exec(title)?.[1] ?? 0);
  const body =
    pipelineName === 'chaos-approval' && n % 2 === 1
      ? { decision: 'reject', comment: 'not an odd one' }
      : { decision: 'approve', ...(pipelineName === 'chaos-approval' ? { edit: { n: n * 10 } } : {}) };
  await client.json<Approval>('POST', `/approvals/${id}`, body, `decide-${id}`);
}
