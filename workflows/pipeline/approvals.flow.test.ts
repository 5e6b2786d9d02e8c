import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { type SignalSender, startSignalSender } from '../../api/signal-sender.ts';
import type { ApprovalSummary, Decide } from '../../contracts/approval.ts';
import type { Run } from '../../contracts/run.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);
const admin = { id: uuid(), email: 'admin@example.com', role: 'admin' as const };

let sender: SignalSender;
beforeAll(() => {
  sender = senderOf();
});
afterAll(() => sender.stop());
beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
});

const senderOf = (): SignalSender => {
  const quiet = () => undefined;
  return startSignalSender({
    client: temporal.current.client,
    signals: house.store.signals,
    wakeConversation: () => Promise.resolve(),
    failpoint: () => Promise.resolve(),
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
  });
};

const ask = (config: object = {}, more: object = {}) => ({
  ...{ id: 'ask', type: 'human', config: { title: 'Well?', ...config } },
  ...more,
});
const call = (id: string) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
});
const compute = (id: string, expression: string) => ({ id, type: 'transform', config: { expression } });
const outcomes = [compute('yes', 'nodes.ask'), compute('no', 'nodes.ask'), compute('late', 'nodes.ask')];
const edges = [
  { from: 'ask', to: 'yes', port: 'approved' },
  { from: 'ask', to: 'no', port: 'rejected' },
];
const lateEdge = { from: 'ask', to: 'late', port: 'timeout' };
const statusesOf = (run: Run) => Object.fromEntries(run.nodes.map(({ path, status }) => [path, status]));

/** What a run asks, once it asks as many things. */
const askedBy = (run: StartedRun, count = 1): Promise<ApprovalSummary[]> =>
  eventually(async () => {
    const { items } = await house.store.approvals.listApprovals({ limit: 200, runId: run.id }, admin);
    if (items.length < count) throw new Error(`${items.length} are asked`);
    return items;
  });

const decideAs = (by: typeof admin, id: string, decision: Decide): Promise<void> =>
  house.store.approvals.decide(id, { decision, by, requestId: 'test' });

async function decide(run: StartedRun, decision: Decide, by = admin): Promise<void> {
  const [asked] = await askedBy(run);
  await decideAs(by, asked?.id ?? '', decision);
  await sender.sendNow(run.id);
}

describe('a question to people', () => {
  it('is asked with its expressions filled in, and shown as waiting', async () => {
    const config = {
      title: 'Publish {{ input.name }}?',
      instructions: '**{{ $count(nodes.list) }}** parts',
      value: { text: '{{ nodes.list[0] }}', all: '{{ nodes.list }}' },
      approvers: ['Boss@Example.com', 'role:editor'],
      quorum: 2,
      timeout: '1 hour',
    };
    const run = await house.start(
      {
        nodes: [compute('list', '["a", "b"]'), ask(config), outcomes[0]],
        edges: [{ from: 'list', to: 'ask' }, edges[0]],
      },
      { input: { name: 'news' } },
    );
    const [asked] = await askedBy(run);
    const approval = await house.store.approvals.getApproval(asked?.id ?? '', admin);
    expect(approval).toMatchObject({
      ...{ title: 'Publish news?', instructions: '**2** parts', value: { text: 'a', all: ['a', 'b'] } },
      ...{ approvers: ['boss@example.com', 'role:editor'], quorum: 2, status: 'pending', onTimeout: 'fail' },
    });
    expect(Date.parse(approval.expiresAt ?? '') - Date.parse(approval.createdAt)).toBe(3_600_000);
    const waiting = (await run.events()).find(({ type }) => type === 'node.waiting');
    expect(waiting?.data).toMatchObject({ approvalId: approval.id, until: approval.expiresAt });
    expect(await house.store.runs.getRunNode(run.id, { path: 'ask', iteration: '0' })).toMatchObject({
      status: 'waiting',
      input: { title: 'Publish news?' },
    });
    await run.handle.cancel();
    await run.ended();
  });

  it('goes on where it is approved, with what was decided', async () => {
    const form = { type: 'object', properties: { grade: { type: 'integer' } } };
    const run = await house.start({
      nodes: [ask({ form, value: { text: 'Hi' } }), ...outcomes.slice(0, 2)],
      edges,
    });
    await decide(run, {
      decision: 'approve',
      comment: 'Fine',
      answer: { grade: 2 },
      edit: { text: 'Hello' },
    });
    const ended = await run.ended();
    expect(statusesOf(ended)).toEqual({ ask: 'completed', yes: 'completed', no: 'skipped' });
    const decided = { by: admin.email, comment: 'Fine', answer: { grade: 2 } };
    expect(ended.output).toEqual({
      yes: {
        ...{ decision: 'approve', ...decided, value: { text: 'Hello' } },
        decisions: [{ decision: 'approve', ...decided, at: expect.stringMatching(/Z$/) }],
      },
    });
  });

  it('goes on where it is rejected', async () => {
    const run = await house.start({ nodes: [ask(), ...outcomes.slice(0, 2)], edges });
    await decide(run, { decision: 'reject', comment: 'No' });
    const ended = await run.ended();
    expect(statusesOf(ended)).toEqual({ ask: 'completed', yes: 'skipped', no: 'completed' });
    expect(ended.output).toMatchObject({ no: { decision: 'reject', by: admin.email, comment: 'No' } });
  });

  it('waits until as many have approved as the quorum says', async () => {
    const run = await house.start({ nodes: [ask({ quorum: 2 }), ...outcomes.slice(0, 2)], edges });
    await decide(run, { decision: 'approve' });
    await decide(run, { decision: 'reject' }, { ...admin, id: uuid(), email: 'b@example.com' });
    await decide(run, { decision: 'approve' }, { ...admin, id: uuid(), email: 'c@example.com' });
    const ended = await run.ended();
    expect(ended.output).toMatchObject({
      yes: { by: 'c@example.com', decisions: [{ by: admin.email }, { by: 'b@example.com' }, {}] },
    });
  });

  it('fails with an expression that cannot be evaluated', async () => {
    const run = await house.start({ nodes: [ask({ title: '{{ $error("oops") }}' })], edges: [] });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { type: 'InvalidInput', nodeId: 'ask' },
    });
  });

  it('is asked no longer once its run is canceled', async () => {
    const run = await house.start({ nodes: [ask(), ...outcomes.slice(0, 2)], edges });
    const [asked] = await askedBy(run);
    await run.handle.cancel();
    expect(statusesOf(await run.ended())).toEqual({ ask: 'canceled', yes: 'skipped', no: 'skipped' });
    expect(await house.store.approvals.getApproval(asked?.id ?? '', admin)).toMatchObject({
      status: 'canceled',
    });
    await expect(decideAs(admin, asked?.id ?? '', { decision: 'approve' })).rejects.toMatchObject({
      type: 'Conflict',
    });
  });

  it('is asked no longer once another node fails its run', async () => {
    const run = await house.start({ nodes: [ask(), call('other')], edges: [] });
    house.target.answer = async () => {
      await askedBy(run);
      return { status: 400 };
    };
    expect((await run.ended()).status).toBe('failed');
    expect((await askedBy(run))[0]).toMatchObject({ status: 'canceled' });
  });
});

describe('when the time is up', () => {
  const timeout = '200ms';

  it('the run goes on at the port for that', async () => {
    const run = await house.start({
      nodes: [ask({ timeout, onTimeout: 'approve' }), ...outcomes],
      edges: [...edges, lateEdge],
    });
    const ended = await run.ended();
    expect(statusesOf(ended)).toEqual({ ask: 'completed', yes: 'skipped', no: 'skipped', late: 'completed' });
    expect(ended.output).toEqual({ late: { decision: 'timeout', by: null, decisions: [] } });
    expect((await askedBy(run))[0]).toMatchObject({ status: 'expired', onTimeout: 'port' });
  });

  it.each([
    ['approve', 'yes', 'approve'],
    ['reject', 'no', 'reject'],
  ])('it is decided by "%s" where no edge leaves by that port', async (onTimeout, id, decision) => {
    const run = await house.start({
      nodes: [ask({ timeout, onTimeout, value: 7 }), ...outcomes.slice(0, 2)],
      edges,
    });
    expect((await run.ended()).output).toEqual({ [id]: { decision, by: null, value: 7, decisions: [] } });
  });

  it('the node fails where nothing else is said', async () => {
    const run = await house.start({ nodes: [ask({ timeout })], edges: [] });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { type: 'TimedOut', nodeId: 'ask', message: 'There was no decision in time' },
    });
  });

  it('the run goes on at the port "error" where failures are routed', async () => {
    const run = await house.start({
      nodes: [ask({ timeout }, { onError: 'route' }), compute('oops', 'nodes.ask.type'), outcomes[0]],
      edges: [edges[0], { from: 'ask', to: 'oops', port: 'error' }],
    });
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { oops: 'TimedOut' } });
  });

  it('a decision that came before counts, even if the workflow has not heard of it', async () => {
    const run = await house.start({ nodes: [ask({ timeout: '1 second' }), ...outcomes.slice(0, 2)], edges });
    const [asked] = await askedBy(run);
    await decideAs(admin, asked?.id ?? '', { decision: 'reject' });
    expect((await run.ended()).output).toMatchObject({ no: { by: admin.email } });
  });
});

describe('a decision', () => {
  it('reaches the run even if the process dies before it has sent the signal', async () => {
    const run = await house.start({ nodes: [ask(), ...outcomes.slice(0, 2)], edges });
    const [asked] = await askedBy(run);
    await decideAs(admin, asked?.id ?? '', { decision: 'approve' });
    // Nobody sends it but the dispatcher that every API process has.
    expect(statusesOf(await run.ended())).toMatchObject({ yes: 'completed' });
    await eventually(async () => {
      if ((await house.store.signals.listSignals({ runId: run.id }, 1)).length > 0)
        throw new Error('pending');
    });
  });

  it('is one, however often its signal comes, and a signal without one changes nothing', async () => {
    const run = await house.start({
      nodes: [ask(), ...outcomes.slice(0, 2), call('after')],
      edges: [...edges, { from: 'yes', to: 'after' }],
    });
    const [asked] = await askedBy(run);
    const signal = () => run.handle.signal('approvalSettled', { nodeKey: 'ask/0' });
    await signal();
    await signal();
    await decideAs(admin, asked?.id ?? '', { decision: 'approve' });
    await signal();
    await signal();
    expect((await run.ended()).status).toBe('completed');
    expect(house.target.calls).toHaveLength(1);
  });

  it('runs nothing again that has finished, in other branches and in maps', async () => {
    const each = {
      id: 'each',
      type: 'map',
      config: {
        items: '[1, 2, 3]',
        pipeline: {
          nodes: [call('in'), ask({ title: 'Item {{ item }}' }), call('out')],
          edges: [
            { from: 'in', to: 'ask' },
            { from: 'ask', to: 'out', port: 'approved' },
          ],
        },
      },
    };
    const run = await house.start({
      nodes: [
        call('first'),
        each,
        ask(),
        call('branch'),
        { id: 'end', type: 'merge', config: { mode: 'all' } },
      ],
      edges: [
        ...['each', 'ask', 'branch'].map((to) => ({ from: 'first', to })),
        ...['each', 'branch'].map((from) => ({ from, to: 'end' })),
        { from: 'ask', to: 'end', port: 'approved' },
      ],
    });
    const asked = await askedBy(run, 4);
    expect(asked.map(({ title }) => title).sort()).toEqual(['Item 1', 'Item 2', 'Item 3', 'Well?']);
    for (const { id, iteration, path } of asked) {
      const decision = path === 'each.ask' && iteration === '1' ? 'reject' : 'approve';
      await decideAs(admin, id, { decision });
      await sender.sendNow(run.id);
    }
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(house.target.calls.map(({ path }) => path).sort()).toEqual([
      ...['/branch', '/first', '/in', '/in', '/in', '/out', '/out'],
    ]);
    expect(ended.output).toMatchObject({
      end: { each: [{ out: {} }, {}, { out: {} }], ask: { decision: 'approve' } },
    });
  });

  it('is waited for across executions of the workflow, and asked for once', async () => {
    const each = {
      id: 'each',
      type: 'map',
      config: { items: '[1..40]', concurrency: 4, pipeline: { nodes: [call('in')], edges: [] } },
    };
    const run = await house.start(
      { nodes: [ask(), each, ...outcomes.slice(0, 2)], edges },
      { continueAfterEvents: 80 },
    );
    await eventually(async () => {
      const { raw } = await temporal.current.client.workflow.getHandle(run.handle.workflowId).describe();
      if (house.target.calls.length < 40) throw new Error('not yet');
      if (raw.workflowExecutionInfo?.execution?.runId === run.handle.firstExecutionRunId)
        throw new Error('not continued');
    });
    expect(await askedBy(run)).toHaveLength(1);
    await decide(run, { decision: 'approve' });
    expect(await run.ended()).toMatchObject({
      status: 'completed',
      output: { yes: { decision: 'approve' } },
    });
    expect(house.target.calls).toHaveLength(40);
    const types = (await run.events()).map(({ type }) => type);
    expect(types.filter((type) => type === 'approval.requested' || type === 'node.waiting')).toHaveLength(2);
  });
});

describe('a run whose workflow an operator has reset', () => {
  /** To right behind its first task: everything is decided anew, from what the database knows. */
  const reset = async (run: StartedRun): Promise<void> => {
    const { client, namespace } = temporal.current;
    const { workflowId } = run.handle;
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    // Started, task scheduled, task started, and how that ended: after a reset, it failed because of it.
    const endOfTask = events?.[3];
    await client.workflowService.resetWorkflowExecution({
      ...{ namespace, workflowExecution: { workflowId }, requestId: uuid(), reason: 'test' },
      workflowTaskFinishEventId: endOfTask?.eventId ?? null,
    });
  };
  const definition = () => ({
    nodes: [call('before'), ask(), call('after')],
    edges: [
      { from: 'before', to: 'ask' },
      { from: 'ask', to: 'after', port: 'approved' },
    ],
  });

  it('goes on with what it has asked, or with what was decided', async () => {
    const run = await house.start(definition());
    const [asked] = await askedBy(run);
    await reset(run);
    expect(await askedBy(run)).toMatchObject([{ id: asked?.id, status: 'pending' }]);
    await decideAs(admin, asked?.id ?? '', { decision: 'approve' });
    await reset(run);
    await sender.sendNow(run.id);
    expect((await run.ended()).status).toBe('completed');
    await reset(run);
    await temporal.current.client.workflow.getHandle(run.handle.workflowId).result();
    expect((await run.ended()).status).toBe('completed');
    expect(house.target.calls.map(({ path }) => path)).toEqual(['/before', '/after']);
    expect((await run.events()).filter(({ type }) => type.startsWith('approval.'))).toHaveLength(2);
  });
});

describe('a question inside of another pipeline', () => {
  it('is asked by the run that runs it, with what that pipeline sees', async () => {
    const review = { nodes: [ask({ title: '{{ input.text }}?' }), outcomes[0]], edges: [edges[0]] };
    const node = {
      id: 'sub',
      type: 'pipeline',
      config: { pipelineId: 'review', input: { text: 'Publish' } },
    };
    const run = await house.start({ nodes: [node] }, { pipelines: { review } });
    const [asked] = await askedBy(run);
    expect(asked).toMatchObject({ title: 'Publish?', path: 'sub.ask', iteration: '0' });
    await decide(run, { decision: 'approve' });
    expect((await run.ended()).output).toMatchObject({ sub: { yes: { decision: 'approve' } } });
  });

  it('may be asked by an item of a big map, whose workflow is one of its own', async () => {
    const some = { id: 'some', type: 'condition', config: { expression: 'item % 130 = 0' } };
    const pipeline = {
      nodes: [some, ask({ title: '{{ item }}' }), outcomes[0]],
      edges: [{ from: 'some', to: 'ask', port: 'true' }, edges[0]],
    };
    const each = { id: 'each', type: 'map', config: { items: '[1..300]', concurrency: 100, pipeline } };
    const run = await house.start({ nodes: [each] });
    const asked = await askedBy(run, 2);
    expect(asked.map(({ title }) => title).sort()).toEqual(['130', '260']);
    for (const { id } of asked) await decideAs(admin, id, { decision: 'approve' });
    await sender.sendNow(run.id);
    const { output } = await run.ended();
    expect(output).toMatchObject({ each: { 129: { yes: { by: admin.email } }, length: 300 } });
    expect(await house.store.signals.listSignals({ runId: run.id }, 9)).toEqual([]);
  });
});
