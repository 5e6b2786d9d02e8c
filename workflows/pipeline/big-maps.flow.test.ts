import { beforeEach, describe, expect, it } from '@jest/globals';

import { startSignalSender } from '../../api/signal-sender.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import type { Run } from '../../contracts/run.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const transform = (id: string, expression: string) => ({ id, type: 'transform', config: { expression } });
const call = (id: string, body: unknown = '{{ item }}') => ({
  ...{ id, type: 'action', retry: { maximumAttempts: 1 } },
  config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}`, body },
});
const each = (items: string, nodes: object[], config: object = {}, edges: object[] = []) => ({
  ...{ id: 'each', type: 'map', config: { items, pipeline: { nodes, edges }, ...config } },
});
const MAP = { path: ['each'], indexes: [] };
const childOf = ({ id }: StartedRun, from: number) =>
  temporal.current.client.workflow.getHandle(workflowIdOf.mapItems(id, MAP, from));
const statusOf = async (handle: ReturnType<typeof childOf>) => (await handle.describe()).status.name;
const listOf = (run: Run): unknown[] => {
  const output = run.output as { each: unknown[] }; // The only sink is the map.
  return output.each;
};
const never = new Promise<never>(() => undefined);
const callsReach = (count: number) =>
  eventually(() =>
    house.target.calls.length >= count
      ? Promise.resolve()
      : Promise.reject(new Error(`${house.target.calls.length} calls`)),
  );

beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
});

describe('a big map', () => {
  it('runs its items in child workflows, keeps their order and never exceeds its window', async () => {
    let running = 0;
    let most = 0;
    house.target.answer = async ({ body }) => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
      return { body: Number(body) * 2 };
    };
    const run = await house.start({ nodes: [each('[0..599]', [call('in')], { concurrency: 25 })] });
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(listOf(ended)).toMatchObject(
      Array.from({ length: 600 }, (_, index) => ({ in: { body: index * 2 } })),
    );
    expect(house.target.calls).toHaveLength(600);
    expect(most).toBeLessThanOrEqual(25);
    expect(most).toBeGreaterThan(2);
    expect(await statusOf(childOf(run, 0))).toBe('COMPLETED');
    expect(await statusOf(childOf(run, 500))).toBe('COMPLETED');
    expect((await run.handle.describe()).historyLength).toBeLessThan(60);
  }, 120_000);

  it('leaves out what fails or does not fit, where it goes on without', async () => {
    house.target.answer = ({ body }) => (body === '299' ? { status: 404 } : { body: 'ok' });
    const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
    const pipelines = { calls: { inputSchema: schema, nodes: [call('in', '{{ input.n }}')] } };
    const map = {
      ...{ id: 'each', type: 'map' },
      config: {
        items: '[0..299].{ "n": $ = 7 ? "seven" : $ }',
        ...{ pipelineId: 'calls', concurrency: 50, onError: 'continue' },
      },
    };
    const ended = await (await house.start({ nodes: [map] }, { pipelines })).ended();
    const missing = listOf(ended).flatMap((output, index) => (output === null ? [index] : []));
    expect(missing).toEqual([7, 299]);
    expect(house.target.calls).toHaveLength(299);
  }, 60_000);

  it('fails with its item, and cancels what the others are at', async () => {
    house.target.answer = ({ body }) =>
      body === '510' ? { status: 404 } : Number(body) > 500 ? never : { body: 1 };
    const run = await house.start({
      nodes: [
        each('[0..1200]', [call('in'), transform('after', '1')], { concurrency: 40 }, [
          { from: 'in', to: 'after' },
        ]),
      ],
    });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'NotFound', nodeId: 'each' } });
    expect(ended.error?.message).toMatch(/^Item 510: /);
    const counted = house.target.calls.length;
    const running = ended.nodes.filter(({ status }) => status === 'running' || status === 'pending');
    expect(running).toEqual([]);
    expect(ended.nodes.find(({ path, iteration }) => path === 'each.in' && iteration === '505')?.status).toBe(
      'canceled',
    );
    expect(await statusOf(childOf(run, 500))).toBe('COMPLETED');
    expect(house.target.calls).toHaveLength(counted);
  }, 60_000);

  it('is canceled within two seconds, its children too, and nothing runs later', async () => {
    house.target.answer = () => never;
    const run = await house.start({ nodes: [each('[0..999]', [call('in')], { concurrency: 20 })] });
    await callsReach(20);
    const begin = performance.now();
    await run.handle.cancel();
    const ended = await run.ended();
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect(ended.status).toBe('canceled');
    expect(new Set(ended.nodes.map(({ status }) => status))).toEqual(new Set(['canceled']));
    expect(
      ended.nodes.filter(({ status, path }) => status === 'canceled' && path === 'each.in'),
    ).toHaveLength(20);
    expect(await statusOf(childOf(run, 0))).toBe('CANCELLED');
    expect(await statusOf(childOf(run, 500))).toBe('CANCELLED');
    expect(house.target.calls).toHaveLength(20);
  }, 60_000);

  it('adds what its children cost', async () => {
    house.model = () => ({
      text: 'yes',
      usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0.5 },
    });
    const ask = { id: 'ask', type: 'agent', config: { agent: 'ada', prompt: 'Say {{ item }}' } };
    const run = await house.start(
      { nodes: [each('[0..259]', [ask], { concurrency: 100 })] },
      { agents: { ada: anAgent() }, costLimitUsd: 1_000 },
    );
    expect(await run.ended()).toMatchObject({ status: 'completed', costUsd: 130 });
    expect(await run.handle.result()).toEqual({ status: 'completed', costUsd: 130 });
  }, 60_000);

  it('goes on where its children continue as new, and where its parent does in the middle of one', async () => {
    const inside = [
      call('in'),
      { id: 'wait', type: 'delay', config: { duration: '20ms' } },
      transform('out', 'item'),
    ];
    const beside = Array.from({ length: 30 }, (_, index) => ({
      ...{ id: `d${index}`, type: 'delay', config: { duration: '10ms' } },
    }));
    const run = await house.start(
      {
        nodes: [
          each('[0..279]', inside, { concurrency: 30 }, [
            { from: 'in', to: 'wait' },
            { from: 'wait', to: 'out' },
          ]),
          ...beside,
        ],
        edges: beside.slice(1).map(({ id }, index) => ({ from: `d${index}`, to: id })),
      },
      { continueAfterEvents: 100 },
    );
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(listOf(ended)).toEqual(Array.from({ length: 280 }, (_, index) => ({ out: index })));
    expect(house.target.calls).toHaveLength(280);
    expect((await run.handle.describe()).runId).not.toBe(run.handle.firstExecutionRunId);
    const events = await run.events();
    expect(
      events.filter(({ type, data }) => type === 'node.completed' && data['path'] === 'each.out'),
    ).toHaveLength(280);
  }, 120_000);
});

it('the children of a big map hold while its run is paused, and go on when it is resumed', async () => {
  const quiet = () => undefined;
  const sender = startSignalSender({
    ...{ client: temporal.current.client, signals: house.store.signals },
    wakeConversation: () => Promise.resolve(),
    failpoint: () => Promise.resolve(),
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
  });
  const setPaused = async (runId: string, paused: boolean): Promise<void> => {
    await house.store.runControls.setPaused(runId, paused);
    await sender.sendNow(runId);
  };
  try {
    const inside = [call('in'), { id: 'wait', type: 'delay', config: { duration: '1ms' } }];
    const run = await house.start({
      nodes: [each('[0..299]', inside, { concurrency: 10 }, [{ from: 'in', to: 'wait' }])],
    });
    await callsReach(20);
    await setPaused(run.id, true);
    const heard = childOf(run, 0);
    await eventually(async () => {
      const { events } = await heard.fetchHistory();
      const names = events?.map(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName);
      expect(names).toContain('setPaused');
    });
    // What had begun has ended once the child is asked for its state after that.
    await eventually(async () => {
      const { running } = await heard.query<{ running: string[] }>('getRunState');
      expect(running).toEqual([]);
    });
    const before = house.target.calls.length;
    expect(before).toBeLessThan(300);
    await setPaused(run.id, false);
    expect((await run.ended(60_000)).status).toBe('completed');
    expect(house.target.calls).toHaveLength(300);
  } finally {
    await sender.stop();
  }
}, 90_000);

it('a big map whose run an operator resets ends as it would have, with nothing done twice that was done', async () => {
  let held: (() => void)[] = [];
  let isOpen = false;
  house.target.answer = async ({ body }) => {
    if (Number(body) >= 300 && !isOpen) await new Promise<void>((resolve) => held.push(resolve));
    return { body: Number(body) };
  };
  const run = await house.start({ nodes: [each('[0..399]', [call('in')], { concurrency: 40 })] });
  await eventually(() =>
    held.length >= 20 ? Promise.resolve() : Promise.reject(new Error(`${held.length} are held`)),
  );
  const { client, namespace } = temporal.current;
  const { workflowId } = run.handle;
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task != null);
  await client.workflowService.resetWorkflowExecution({
    ...{ namespace, workflowExecution: { workflowId }, requestId: run.id, reason: 'test' },
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
  });
  isOpen = true;
  for (const release of held) release();
  held = [];
  const ended = await run.ended(60_000);
  expect(ended.status).toBe('completed');
  expect(listOf(ended)).toMatchObject(Array.from({ length: 400 }, (_, index) => ({ in: { body: index } })));
  const early = house.target.calls.filter(({ body }) => Number(body) < 300);
  expect(early).toHaveLength(300);
  const keys = house.target.calls.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(400);
}, 90_000);

describe('2,000 actions', () => {
  const wide = (length: number) => Array.from({ length }, (_, index) => call(`n${index}`, index));

  it('that could all run at once do so 500 at a time, and no history is too long', async () => {
    let running = 0;
    let most = 0;
    house.target.answer = async () => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
      return {};
    };
    const run = await house.start({ nodes: wide(2_000) });
    const ended = await run.ended(180_000);
    expect(ended.status).toBe('completed');
    expect(ended.nodes.filter(({ status }) => status === 'completed')).toHaveLength(2_000);
    expect(new Set(house.target.calls.map(({ path }) => path)).size).toBe(2_000);
    // On a starved machine an attempt may be taken for dead: its successor calls again, under the same key.
    expect(new Set(house.target.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(2_000);
    expect(most).toBeLessThanOrEqual(500);
    const first = temporal.current.client.workflow.getHandle(
      run.handle.workflowId,
      run.handle.firstExecutionRunId,
    );
    expect((await first.describe()).historyLength).toBeLessThan(10_000);
  }, 200_000);

  it('are canceled, those that have not had their turn too', async () => {
    house.target.answer = () => never;
    const run = await house.start({ nodes: wide(600) });
    await callsReach(50);
    await run.handle.cancel();
    const ended = await run.ended(60_000);
    expect(ended.status).toBe('canceled');
    const skipped = ended.nodes.filter(({ status }) => status === 'skipped');
    expect(skipped.length).toBeGreaterThanOrEqual(100);
    expect(ended.nodes.filter(({ status }) => status === 'canceled')).toHaveLength(600 - skipped.length);
  }, 80_000);
});
