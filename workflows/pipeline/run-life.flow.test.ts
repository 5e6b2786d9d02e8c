import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Run } from '../../contracts/run.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const call = (id: string, more: object = {}) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
  ...more,
});
const statusesOf = (run: Run) =>
  Object.fromEntries(run.nodes.map(({ path, iteration, status }) => [`${path}/${iteration}`, status]));
const called = (path: string) =>
  eventually(() => {
    if (house.target.calls.some((request) => request.path === path)) return Promise.resolve();
    return Promise.reject(new Error(`${path} was not called`));
  });
const never = new Promise<never>(() => undefined);

beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
  house.failpoint = () => Promise.resolve();
});

describe('cancellation', () => {
  it('ends a run within two seconds although its node hangs, and nothing runs later', async () => {
    house.target.answer = ({ path }) => (path === '/hangs' ? never : {});
    const run = await house.start({
      nodes: [call('hangs'), call('after')],
      edges: [{ from: 'hangs', to: 'after' }],
    });
    await called('/hangs');
    const begin = performance.now();
    await run.handle.cancel();
    const ended = await run.ended();
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect(ended.status).toBe('canceled');
    expect(statusesOf(ended)).toEqual({ 'hangs/0': 'canceled', 'after/0': 'skipped' });
    await expect(run.handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    const types = (await run.events()).map(({ type }) => type);
    expect(types).toEqual([
      'run.queued',
      'run.started',
      'node.started',
      'node.canceled',
      'node.skipped',
      'run.canceled',
    ]);
    expect(house.target.calls).toHaveLength(1);
  });

  it('reaches the effect itself', async () => {
    let aborted: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (aborted = resolve));
    house.model = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted?.();
          reject(new Error('aborted'));
        });
      });
    const run = await house.start(
      { nodes: [{ id: 'a', type: 'agent', config: { agent: 'ada', prompt: 'Hi' } }], edges: [] },
      { agents: { ada: anAgent() } },
    );
    await eventually(async () => {
      expect((await run.events()).map(({ type }) => type)).toContain('node.started');
    });
    await run.handle.cancel();
    await gone;
    expect((await run.ended()).nodes[0]).toMatchObject({ status: 'canceled' });
  });

  it('cancels what runs inside of maps', async () => {
    house.target.answer = () => never;
    const each = {
      id: 'each',
      type: 'map',
      config: { items: '[1, 2, 3]', concurrency: 2, pipeline: { nodes: [call('in')], edges: [] } },
    };
    const run = await house.start({ nodes: [each], edges: [] });
    await eventually(() =>
      house.target.calls.length === 2 ? Promise.resolve() : Promise.reject(new Error('not yet')),
    );
    await run.handle.cancel();
    expect(statusesOf(await run.ended())).toEqual({
      'each/0': 'canceled',
      'each.in/0': 'canceled',
      'each.in/1': 'canceled',
    });
  });
});

it('a run that takes longer than its timeout is ended', async () => {
  house.target.answer = () => never;
  const run = await house.start({
    timeout: '300ms',
    nodes: [call('hangs'), call('after')],
    edges: [{ from: 'hangs', to: 'after' }],
  });
  const ended = await run.ended();
  expect(ended.status).toBe('timed_out');
  expect(statusesOf(ended)).toEqual({ 'hangs/0': 'canceled', 'after/0': 'skipped' });
  await expect(run.handle.result()).rejects.toMatchObject({ cause: { type: 'TimedOut' } });
});

it('a run can be asked what it is at', async () => {
  let release: (() => void) | undefined;
  house.target.answer = async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return {};
  };
  const nodes = [{ id: 'a', type: 'transform', config: { expression: '1' } }, call('b'), call('c')];
  const run = await house.start({
    nodes,
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ],
  });
  await called('/b');
  expect(await run.handle.query('getRunState')).toEqual({
    ...{ costUsd: 0, running: ['b/0'] },
    nodes: { a: 'completed', b: 'running', c: 'pending' },
  });
  house.target.answer = () => ({});
  release?.();
  await run.ended();
});

describe('a map', () => {
  const mapOf = (items: string, inner: object[], more: object = {}, edges: object[] = []) => ({
    ...{ id: 'each', type: 'map', config: { items, pipeline: { nodes: inner, edges }, ...more } },
  });

  it('keeps the order of its items, whatever the order in which they end, and never exceeds its window', async () => {
    let running = 0;
    let most = 0;
    const windowIsFull = Promise.withResolvers<undefined>();
    const fourthIsHere = Promise.withResolvers<undefined>();
    house.target.answer = async ({ body }) => {
      most = Math.max(most, (running += 1));
      if (running === 3) windowIsFull.resolve(undefined);
      if (body === '4') fourthIsHere.resolve(undefined);
      await (body === '1' ? fourthIsHere.promise : windowIsFull.promise);
      running -= 1;
      return { body: Number(body) };
    };
    const post = call('post', {
      config: { action: 'call_api', method: 'POST', url: house.target.url, body: '{{ item }}' },
    });
    const twice = {
      id: 'twice',
      type: 'transform',
      config: { expression: '{"item": item, "index": index, "twice": nodes.post.body * input.factor}' },
    };
    const run = await house.start(
      {
        nodes: [mapOf('[1..7]', [post, twice], { concurrency: 3 }, [{ from: 'post', to: 'twice' }])],
        edges: [],
      },
      { input: { factor: 2 } },
    );
    const { output } = await run.ended();
    expect(output).toEqual({
      each: [1, 2, 3, 4, 5, 6, 7].map((item, index) => ({ twice: { item, index, twice: item * 2 } })),
    });
    expect(most).toBe(3);
    expect(house.target.calls.map(({ headers }) => headers['idempotency-key']).sort()).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((index) => `${run.id}/each.post/${index}`),
    );
  });

  it('gives null for an item that failed under "continue", and evaluates the pure nodes of all items together', async () => {
    const odd = { id: 'odd', type: 'condition', config: { expression: 'item % 2 = 1' } };
    const bad = { id: 'bad', type: 'transform', config: { expression: '$error("no odd ones")' } };
    const good = { id: 'good', type: 'transform', config: { expression: 'item' } };
    const edges = [
      { from: 'odd', to: 'bad', port: 'true' },
      { from: 'odd', to: 'good', port: 'false' },
    ];
    const run = await house.start({
      nodes: [mapOf('[1..40]', [odd, bad, good], { onError: 'continue', concurrency: 40 }, edges)],
      edges: [],
    });
    const { output, status } = await run.ended();
    expect(status).toBe('completed');
    expect(output).toEqual({
      each: Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? null : { good: index + 1 })),
    });
    expect((await run.handle.describe()).historyLength).toBeLessThan(40);
  });

  it('fails with the first item that fails; the others are canceled', async () => {
    house.target.answer = async ({ body }) => {
      if (body !== '2') return never;
      await eventually(() =>
        house.target.calls.length === 3 ? Promise.resolve() : Promise.reject(new Error('not yet')),
      );
      return { status: 400 };
    };
    const post = call('post', {
      config: { action: 'call_api', method: 'POST', url: house.target.url, body: '{{ item }}' },
    });
    const run = await house.start({ nodes: [mapOf('[1..5]', [post], { concurrency: 3 })], edges: [] });
    const ended = await run.ended();
    expect(ended).toMatchObject({
      status: 'failed',
      error: { type: 'InvalidInput', nodeId: 'each', message: 'Item 1: The target answered with status 400' },
    });
    expect(statusesOf(ended)).toEqual({
      'each/0': 'failed',
      'each.post/0': 'canceled',
      'each.post/1': 'failed',
      'each.post/2': 'canceled',
    });
  });

  it('goes on with null when it fails itself under "continue"', async () => {
    const post = call('post');
    house.target.answer = () => ({ status: 404 });
    const after = { id: 'after', type: 'transform', config: { expression: '$type(nodes.each)' } };
    const run = await house.start({
      nodes: [{ ...mapOf('[1]', [post]), onError: 'continue' }, after],
      edges: [{ from: 'each', to: 'after' }],
    });
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { after: 'null' } });
  });

  it('may stand in a map, and sees what stands around it', async () => {
    const add = {
      id: 'add',
      type: 'transform',
      config: { expression: 'nodes.base + nodes.row.length + item' },
    };
    const inner = {
      id: 'inner',
      type: 'map',
      config: { items: 'nodes.row.list', pipeline: { nodes: [add], edges: [] } },
    };
    const row = {
      id: 'row',
      type: 'transform',
      config: { expression: '{"list": item, "length": $count(item)}' },
    };
    const base = { id: 'base', type: 'transform', config: { expression: '100' } };
    const outer = mapOf('[[1, 2], [3]]', [row, inner], {}, [{ from: 'row', to: 'inner' }]);
    const run = await house.start({ nodes: [base, outer], edges: [{ from: 'base', to: 'each' }] });
    expect((await run.ended()).output).toEqual({
      each: [{ inner: [{ add: 103 }, { add: 104 }] }, { inner: [{ add: 104 }] }],
    });
  });

  it('of nothing is an empty list', async () => {
    const run = await house.start({ nodes: [mapOf('input.nothing', [call('post')])], edges: [] });
    expect((await run.ended()).output).toEqual({ each: [] });
  });

  it('continues as new when its history grows long, and does nothing twice', async () => {
    house.target.answer = ({ body }) => ({ body: Number(body) });
    const post = call('post', {
      config: { action: 'call_api', method: 'POST', url: house.target.url, body: '{{ item }}' },
    });
    const sum = { id: 'sum', type: 'transform', config: { expression: '$sum(nodes.each.post.body)' } };
    const run = await house.start(
      {
        nodes: [mapOf('[1..60]', [post], { concurrency: 7 }), sum, call('other')],
        edges: [{ from: 'each', to: 'sum' }],
      },
      { continueAfterEvents: 120 },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { sum: 1830 } });
    expect(house.target.calls).toHaveLength(61);
    const { raw } = await temporal.current.client.workflow.getHandle(run.handle.workflowId).describe();
    expect(raw.workflowExecutionInfo?.execution?.runId).not.toBe(run.handle.firstExecutionRunId);
    const keys = (await run.events()).map(({ type, data }) =>
      JSON.stringify([type, data['path'], data['iteration']]),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the cost ceiling of a run', () => {
  it('stops the agents that come after it was reached', async () => {
    const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0.6 };
    house.model = () => ({ text: 'expensive', usage });
    const agent = (id: string, more: object = {}) => ({
      id,
      type: 'agent',
      config: { agent: 'ada', prompt: 'Hi' },
      ...more,
    });
    const run = await house.start(
      {
        nodes: [agent('a'), agent('b'), agent('c', { onError: 'continue' })],
        edges: [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'c' },
        ],
      },
      { agents: { ada: anAgent() }, costLimitUsd: 1 },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', costUsd: 1.2 });
    expect(ended.nodes.at(-1)).toMatchObject({
      status: 'failed',
      error: { type: 'LimitExceeded', message: "The run's cost ceiling is reached" },
    });
  });
});
