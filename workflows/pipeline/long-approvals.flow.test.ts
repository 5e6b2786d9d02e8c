import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { StoredEvent } from '../../contracts/event.ts';
import { type OpenedHouse, openPipelineHouse, type StartedRun } from '../../testing/open-pipeline-house.ts';
import { openDatabase, type TestDatabase, withTimeSkipping } from '../../testing/shared-servers.ts';

const DAY_MS = 86_400_000;
const TOLERANCE_MS = 5_000;
const temporal = withTimeSkipping();
const admin = { id: uuid(), email: 'admin@example.com', role: 'admin' as const };

let database: TestDatabase | undefined;
let opened: OpenedHouse | undefined;
beforeAll(async () => {
  const { address, namespace = 'default', client } = temporal.current;
  database = await openDatabase();
  opened = await openPipelineHouse({ address, namespace, client, taskQueue: uuid() }, database);
}, 180_000);
afterAll(async () => {
  await opened?.close();
  await database?.close();
});
const house = (): OpenedHouse => {
  if (opened === undefined) throw new Error('the house is there inside of tests only');
  return opened;
};

const start = (config: object, more: object = {}): Promise<StartedRun> =>
  house().start(
    {
      timeout: '90 days',
      nodes: [
        { id: 'before', type: 'action', config: { action: 'call_api', url: house().target.url } },
        {
          ...{ id: 'ask', type: 'human' },
          config: { title: 'Well?', timeout: '30 days', remindAfter: '7 days', ...config },
        },
        { id: 'yes', type: 'transform', config: { expression: 'nodes.ask' } },
        { id: 'late', type: 'transform', config: { expression: 'nodes.ask' } },
      ],
      edges: [
        { from: 'before', to: 'ask' },
        { from: 'ask', to: 'yes', port: 'approved' },
        { from: 'ask', to: 'late', port: 'timeout' },
      ],
    },
    more,
  );

/** What was told about the approval, in days after it was asked for; exact to some seconds that activities take. */
async function courseOf(run: StartedRun): Promise<[type: string, days: number][]> {
  const events = (await run.events()).filter(({ type }) => type.startsWith('approval.'));
  const approval = await approvalOf(run);
  const askedAt = Date.parse(approval.createdAt);
  return events.flatMap(({ type, data }: StoredEvent): [string, number][] => {
    const { at } = data;
    if (typeof at !== 'string') return [];
    const afterMs = Date.parse(at) - askedAt;
    const days = Math.floor(afterMs / DAY_MS);
    expect(afterMs - days * DAY_MS).toBeLessThan(TOLERANCE_MS);
    return [[type, days]];
  });
}

async function approvalOf(run: StartedRun) {
  const { items } = await house().store.approvals.listApprovals({ limit: 2, runId: run.id }, admin);
  const [approval] = items;
  if (approval === undefined || items.length > 1) throw new Error(`${items.length} are asked`);
  return approval;
}

/** By the engine's clock; the server's own skips on once nothing is waited for. */
async function durationOf(run: StartedRun): Promise<number> {
  const { startTime, closeTime } = await run.handle.describe();
  return (closeTime?.getTime() ?? Number.NaN) - startTime.getTime();
}

it('waits for 30 days, reminds each week, asks others after ten days, and goes on at the timeout', async () => {
  const run = await start({
    approvers: ['a@example.com'],
    escalate: { after: '10 days', to: ['role:admin'] },
  });
  await run.handle.result();
  const tookMs = await durationOf(run);
  expect(tookMs).toBeGreaterThanOrEqual(30 * DAY_MS);
  expect(tookMs).toBeLessThan(30 * DAY_MS + TOLERANCE_MS);
  expect(await run.ended()).toMatchObject({
    status: 'completed',
    output: { late: { decision: 'timeout', by: null } },
  });
  expect(await courseOf(run)).toEqual([
    ['approval.reminded', 7],
    ['approval.escalated', 10],
    ['approval.reminded', 14],
    ['approval.reminded', 21],
    ['approval.reminded', 28],
  ]);
  expect(await approvalOf(run)).toMatchObject({
    ...{ status: 'expired', reminders: 4, approvers: ['a@example.com', 'role:admin'] },
  });
  expect(house().target.calls).toHaveLength(1);
});

it('is the same when the workflow continues as new all the time', async () => {
  house().target.calls.length = 0;
  const run = await start(
    { escalate: { after: '10 days', to: ['role:admin'] } },
    { continueAfterEvents: 25 },
  );
  await run.handle.result();
  expect(await courseOf(run)).toEqual([
    ['approval.reminded', 7],
    ['approval.escalated', 10],
    ['approval.reminded', 14],
    ['approval.reminded', 21],
    ['approval.reminded', 28],
  ]);
  const handle = temporal.current.client.workflow.getHandle(run.handle.workflowId);
  expect((await handle.describe()).runId).not.toBe(run.handle.firstExecutionRunId);
  expect(house().target.calls).toHaveLength(1);
});

it('stops reminding as soon as somebody has decided', async () => {
  const run = await start({});
  await temporal.current.sleep(8 * DAY_MS);
  const { id } = await approvalOf(run);
  const decision = { decision: 'approve' as const };
  await house().store.approvals.decide(id, { decision, by: admin, requestId: 'test' });
  await run.handle.signal('approvalSettled', { nodeKey: 'ask/0' });
  await run.handle.result();
  expect(await durationOf(run)).toBeLessThan(8 * DAY_MS + TOLERANCE_MS);
  expect(await run.ended()).toMatchObject({ output: { yes: { by: admin.email } } });
  expect(await courseOf(run)).toEqual([['approval.reminded', 7]]);
});

it('reminds without end no more than a thousand times, in histories that stay short', async () => {
  const run = await start({ timeout: '80 days', remindAfter: '1 hour' }, { continueAfterEvents: 4_000 });
  await run.handle.result();
  expect((await approvalOf(run)).reminders).toBe(1_000);
  const handle = temporal.current.client.workflow.getHandle(run.handle.workflowId);
  const last = await handle.describe();
  expect(last.runId).not.toBe(run.handle.firstExecutionRunId);
  expect(last.historyLength).toBeLessThan(5_000);
});
