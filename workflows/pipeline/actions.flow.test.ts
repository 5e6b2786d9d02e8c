import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Run } from '../../contracts/run.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const call = (id: string, more: object = {}) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
  ...more,
});
const statusesOf = (run: Run) => Object.fromEntries(run.nodes.map(({ path, status }) => [path, status]));
const once = { maximumAttempts: 1 };

beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
  house.failpoint = () => Promise.resolve();
});

describe('a failed attempt', () => {
  it('is tried again after what the target asks for, and counted', async () => {
    let times = 0;
    house.target.answer = () =>
      (times += 1) < 3 ? { status: 429, headers: { 'retry-after-ms': '30' } } : { body: 'at last' };
    const run = await house.start({ nodes: [call('flaky')], edges: [] });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { flaky: { body: 'at last' } } });
    expect(ended.nodes[0]).toMatchObject({ attempts: 3 });
    expect(new Set(house.target.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    const retries = (await run.events()).filter(({ type }) => type === 'node.retrying');
    expect(retries.map(({ data }) => [data['attempt'], data['delayMs']])).toEqual([
      [1, 30],
      [2, 30],
    ]);
  });

  it('is not tried again once the policy says so', async () => {
    house.target.answer = () => ({ status: 503 });
    const retry = { maximumAttempts: 2, initialInterval: '10ms' };
    const run = await house.start({ nodes: [call('down', { retry })], edges: [] });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'Unavailable', nodeId: 'down' } });
    expect(ended.nodes[0]).toMatchObject({ attempts: 2 });
    expect(house.target.calls).toHaveLength(2);
  });

  it('ends at the timeout of the node', async () => {
    house.target.answer = () => new Promise(() => undefined);
    const run = await house.start({ nodes: [call('hangs', { timeout: '100ms', retry: once })], edges: [] });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { type: 'Unavailable', nodeId: 'hangs' },
    });
  });
});

describe('a line of actions', () => {
  const line = (length: number, more: (index: number) => object = () => ({})) => ({
    nodes: Array.from({ length }, (_, index) => call(`n${index}`, more(index))),
    edges: Array.from({ length: length - 1 }, (_, index) => ({ from: `n${index}`, to: `n${index + 1}` })),
  });
  const paths = () => house.target.calls.map(({ path }) => path);

  it('is done in order, each under its own key, in few activities', async () => {
    const run = await house.start(line(60));
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect(paths()).toEqual(Array.from({ length: 60 }, (_, index) => `/n${index}`));
    expect(house.target.calls.map(({ headers }) => headers['idempotency-key'])).toEqual(
      Array.from({ length: 60 }, (_, index) => `${run.id}/n${index}/0`),
    );
    expect((await run.handle.describe()).historyLength).toBeLessThan(40);
  });

  it('goes on after a failed attempt without doing again what is done', async () => {
    let failed = false;
    house.target.answer = ({ path }) => {
      if (path !== '/n2' || failed) return {};
      failed = true;
      return { status: 503 };
    };
    const run = await house.start(line(4, () => ({ retry: { initialInterval: '10ms' } })));
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(paths()).toEqual(['/n0', '/n1', '/n2', '/n2', '/n3']);
    expect(ended.nodes.map(({ attempts }) => attempts)).toEqual([1, 1, 2, 1]);
  });

  it('goes on after the death of a worker without doing again what is recorded', async () => {
    let dead = false;
    house.failpoint = (name, key) => {
      if (dead || name !== 'effect.claimed' || !key.includes('/n2/')) return Promise.resolve();
      dead = true;
      return Promise.reject(new Error('the worker dies here'));
    };
    const run = await house.start(line(4));
    await run.ended();
    expect(paths()).toEqual(['/n0', '/n1', '/n2', '/n3']);
  });

  it('ends with the one that fails, and what comes after it is skipped', async () => {
    house.target.answer = ({ path }) => (path === '/n1' ? { status: 400 } : {});
    const run = await house.start(line(3));
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'InvalidInput', nodeId: 'n1' } });
    expect(statusesOf(ended)).toEqual({ n0: 'completed', n1: 'failed', n2: 'skipped' });
    expect(paths()).toEqual(['/n0', '/n1']);
  });

  it('goes on behind one that fails under "continue"', async () => {
    house.target.answer = ({ path }) => (path === '/n1' ? { status: 400 } : {});
    const run = await house.start(line(3, () => ({ onError: 'continue' })));
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(statusesOf(ended)).toEqual({ n0: 'completed', n1: 'failed', n2: 'completed' });
  });

  it('tells of a canceled run which of its nodes had begun', async () => {
    house.target.answer = ({ path }) => (path === '/n1' ? new Promise(() => undefined) : {});
    const run = await house.start(line(3));
    await eventually(() =>
      paths().includes('/n1') ? Promise.resolve() : Promise.reject(new Error('not yet')),
    );
    await run.handle.cancel();
    expect(statusesOf(await run.ended())).toEqual({ n0: 'completed', n1: 'canceled', n2: 'skipped' });
  });
});

describe('secrets', () => {
  const value = 'hunter2-"x"';
  beforeEach(() => house.store.secrets.putSecret('HOOK', house.sealer.seal('HOOK', value)));

  it('reach the target and are found nowhere else', async () => {
    house.target.answer = ({ headers }) => ({
      body: { echo: headers['authorization'] ?? '', coded: headers['x-coded'] ?? '' },
    });
    const headers = {
      authorization: 'Bearer {{ secrets.HOOK }}',
      'x-coded': '{{ $base64encode(secrets.HOOK & ":") }}',
    };
    const run = await house.start({
      nodes: [
        call('post', {
          config: {
            action: 'call_api',
            method: 'POST',
            url: house.target.url,
            headers,
            body: { s: '{{ secrets.HOOK }}' },
          },
        }),
      ],
      edges: [],
    });
    await run.ended();
    expect(house.target.calls[0]).toMatchObject({
      headers: { authorization: `Bearer ${value}` },
      body: JSON.stringify({ s: value }),
    });
    const node = await house.store.runs.getRunNode(run.id, { path: 'post', iteration: '0' });
    expect(node).toMatchObject({
      input: { headers: { authorization: 'Bearer ***' }, body: { s: '***' } },
      output: { body: { echo: '***', coded: '***' } },
    });
    const told = JSON.stringify(await run.events());
    expect(told).not.toContain('hunter2');
    expect(told).not.toContain(Buffer.from(`${value}:`).toString('base64'));
  });

  it('that do not exist fail the node by name', async () => {
    const config = { action: 'call_api', url: `${house.target.url}/{{ secrets.NONE }}` };
    const run = await house.start({ nodes: [call('post', { config })], edges: [] });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { message: 'There is no secret NONE' },
    });
  });
});
