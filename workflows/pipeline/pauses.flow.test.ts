import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type SignalSender, startSignalSender } from '../../api/signal-sender.ts';
import type { ModelResponse } from '../../contracts/model.ts';
import type { Run } from '../../contracts/run.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);
let sender: SignalSender;
beforeAll(() => {
  const quiet = () => undefined;
  sender = startSignalSender({
    ...{ client: temporal.current.client, signals: house.store.signals },
    wakeConversation: () => Promise.resolve(),
    failpoint: () => Promise.resolve(),
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
  });
});
afterAll(() => sender.stop());

const call = (id: string, more: object = {}) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
  ...more,
});
const compute = (id: string, expression = '1') => ({ id, type: 'transform', config: { expression } });
const line = (...ids: string[]) => ids.slice(1).map((to, index) => ({ from: ids[index], to }));
const called = (): string[] => house.target.calls.map(({ path }) => path.slice(1)).toSorted();
const untilCalled = (...paths: string[]) =>
  eventually(() => {
    expect(called()).toEqual(paths);
    return Promise.resolve();
  });
const setPaused = async (run: StartedRun, paused: boolean): Promise<void> => {
  await house.store.runControls.setPaused(run.id, paused);
  await sender.sendNow(run.id);
};
const now = (run: StartedRun): Promise<Run> => house.store.runs.getRun(run.id, { maxOutputBytes: 1_000 });
const node = async (run: StartedRun, path: string) => (await now(run)).nodes.find((one) => one.path === path);
const untilNodeIs = (run: StartedRun, path: string, status: string) =>
  eventually(async () => {
    const found = (await node(run, path))?.status;
    if (found !== status) throw new Error(`${path} is ${found ?? 'not there'}`);
  });
/** The workflow has answered everything that it was told. */
const untilTaken = async (run: StartedRun): Promise<void> => {
  await run.handle.query('getRunState');
};
const types = async (run: StartedRun) =>
  (await run.events()).map(({ type, data }) => {
    const path = data['path'];
    return typeof path === 'string' ? `${type} ${path}` : type;
  });

/** Calls that are not answered before somebody lets them go. */
let held: Map<string, () => void>;
const release = (path: string) =>
  eventually(() => {
    const answer = held.get(path);
    if (answer === undefined) return Promise.reject(new Error(`${path} was not called`));
    answer();
    return Promise.resolve();
  });

beforeEach(() => {
  held = new Map();
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
  house.failpoint = () => Promise.resolve();
});
const holding = (...paths: string[]): void => {
  house.target.answer = async ({ path }) => {
    const id = path.slice(1);
    if (paths.includes(id)) await new Promise<void>((resolve) => held.set(id, resolve));
    return { body: id };
  };
};

describe('a paused run', () => {
  it('lets what runs in a fan-out end and begins nothing else, until it is resumed', async () => {
    holding('b', 'c');
    const run = await house.start({
      nodes: [compute('a'), call('b'), call('c'), call('d'), call('e'), compute('f', 'nodes.d.body')],
      edges: [
        ...line('a', 'b', 'd', 'f'),
        ...line('a', 'c', 'e', 'f').map((edge) => (edge.from === 'e' ? { ...edge, to: 'f' } : edge)),
      ],
    });
    await untilCalled('b', 'c');
    await setPaused(run, true);
    await release('b');
    await release('c');
    await untilNodeIs(run, 'b', 'completed');
    await untilNodeIs(run, 'c', 'completed');
    await untilTaken(run);
    expect(called()).toEqual(['b', 'c']);
    expect(await now(run)).toMatchObject({ status: 'paused' });
    await setPaused(run, false);
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { f: 'd' } });
    expect(called()).toEqual(['b', 'c', 'd', 'e']);
    const told = await types(run);
    expect(told.filter((type) => type.startsWith('run.'))).toEqual([
      ...['run.queued', 'run.started', 'run.paused', 'run.resumed', 'run.completed'],
    ]);
    expect(told.indexOf('node.started d')).toBeGreaterThan(told.indexOf('run.resumed'));
  });

  it('stops in a line of actions behind the present one', async () => {
    holding('b');
    const run = await house.start({
      nodes: [call('a'), call('b'), call('c'), call('d')],
      edges: line('a', 'b', 'c', 'd'),
    });
    await untilCalled('a', 'b');
    await setPaused(run, true);
    await release('b');
    await untilNodeIs(run, 'b', 'completed');
    await untilTaken(run);
    expect(called()).toEqual(['a', 'b']);
    expect(await node(run, 'c')).toBeUndefined();
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { d: { body: 'd' } } });
    expect(called()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('begins no node also where its workflow has not heard of the pause', async () => {
    const run = await house.start({ nodes: [call('a'), call('b')], edges: line('a', 'b') });
    house.failpoint = async (name) => {
      // Between the first action and the second; the signal stays where it is.
      if (name === 'effect.recorded') await house.store.runControls.setPaused(run.id, true);
    };
    holding('a');
    await release('a');
    await untilNodeIs(run, 'a', 'completed');
    await eventually(async () => {
      const { events } = await run.handle.fetchHistory();
      const refused = events?.filter(({ activityTaskFailedEventAttributes: failed }) => failed != null);
      expect(refused).toHaveLength(1);
    });
    expect(called()).toEqual(['a']);
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect(called()).toEqual(['a', 'b']);
    expect((await node(run, 'b'))?.attempts).toBe(1);
  });

  it('begins no other items of a map', async () => {
    holding('1', '2');
    const post = call('post', {
      config: { action: 'call_api', method: 'POST', url: `${house.target.url}/{{ item }}` },
    });
    const each = {
      ...{ id: 'each', type: 'map' },
      config: { items: '[1..6]', concurrency: 2, pipeline: { nodes: [post], edges: [] } },
    };
    const run = await house.start({ nodes: [each], edges: [] });
    await untilCalled('1', '2');
    await setPaused(run, true);
    await release('1');
    await release('2');
    await eventually(async () => {
      const ended = (await now(run)).nodes.filter(({ status }) => status === 'completed');
      expect(ended).toHaveLength(2);
    });
    await untilTaken(run);
    expect(called()).toEqual(['1', '2']);
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect(called()).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('waits on for a time, and goes on from there once it is resumed', async () => {
    const run = await house.start({
      nodes: [{ id: 'wait', type: 'delay', config: { duration: '300ms' } }, call('after')],
      edges: line('wait', 'after'),
    });
    await untilNodeIs(run, 'wait', 'waiting');
    await setPaused(run, true);
    await untilNodeIs(run, 'wait', 'completed');
    await untilTaken(run);
    expect(called()).toEqual([]);
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });
  });

  it('has no less time left when it is resumed', async () => {
    holding('a');
    const run = await house.start({
      ...{ timeout: '1 second', nodes: [call('a'), call('b')], edges: line('a', 'b') },
    });
    await untilCalled('a');
    await setPaused(run, true);
    const later = Date.now() + 1_200;
    await eventually(() => (Date.now() > later ? Promise.resolve() : Promise.reject(new Error('not yet'))));
    expect(await now(run)).toMatchObject({ status: 'paused' });
    await release('a');
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });

    const late = await house.start({ ...{ timeout: '400ms', nodes: [call('a')], edges: [] } });
    await setPaused(late, true);
    await setPaused(late, false);
    expect(await late.ended()).toMatchObject({ status: 'timed_out' });
  });

  it('stays paused when its workflow continues as new, and does nothing twice', async () => {
    holding('4', '5');
    const post = call('post', {
      config: { action: 'call_api', method: 'POST', url: `${house.target.url}/{{ item }}` },
    });
    const wait = { id: 'wait', type: 'delay', config: { duration: '1 second' } };
    const each = {
      ...{ id: 'each', type: 'map' },
      config: { items: '[1..8]', concurrency: 2, pipeline: { nodes: [post], edges: [] } },
    };
    const run = await house.start(
      { nodes: [each, wait, call('over')], edges: line('wait', 'over') },
      { continueAfterEvents: 30 },
    );
    await untilCalled('1', '2', '3', '4', '5');
    await setPaused(run, true);
    await release('4');
    await release('5');
    await eventually(async () => {
      const { raw } = await temporal.current.client.workflow.getHandle(run.handle.workflowId).describe();
      expect(raw.workflowExecutionInfo?.execution?.runId).not.toBe(run.handle.firstExecutionRunId);
    });
    // What waited goes on waiting in the new execution, paused or not.
    await untilNodeIs(run, 'wait', 'completed');
    expect(called()).toEqual(['1', '2', '3', '4', '5']);
    expect(await now(run)).toMatchObject({ status: 'paused' });
    house.target.answer = () => ({});
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect(called()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', 'over']);
  });

  it('can be canceled, and fails when what runs fails', async () => {
    holding('a');
    const canceled = await house.start({ nodes: [call('a'), call('b')], edges: line('a', 'b') });
    await untilCalled('a');
    await setPaused(canceled, true);
    await release('a');
    await untilNodeIs(canceled, 'a', 'completed');
    await canceled.handle.cancel();
    expect(await canceled.ended()).toMatchObject({ status: 'canceled' });

    house.target.answer = async () => {
      await new Promise<void>((resolve) => held.set('c', resolve));
      return { status: 400 };
    };
    const failing = await house.start({ nodes: [call('c'), call('d')], edges: line('c', 'd') });
    await untilCalled('a', 'c');
    await setPaused(failing, true);
    await release('c');
    expect(await failing.ended()).toMatchObject({ status: 'failed', error: { nodeId: 'c' } });
  });

  it('lets an agent finish its turn', async () => {
    let paused: (() => void) | undefined;
    const isPaused = new Promise<void>((resolve) => (paused = resolve));
    let calls = 0;
    house.model = async (): Promise<Partial<ModelResponse>> => {
      calls += 1;
      if (calls > 1) return { text: 'done' };
      await isPaused;
      return { toolCalls: [{ id: '1', name: 'current_time', arguments: {} }], finishReason: 'tool-calls' };
    };
    const agents = { ada: anAgent({ tools: ['current_time'] }) };
    const ask = { id: 'ask', type: 'agent', config: { agent: 'ada', prompt: 'Hi' } };
    const run = await house.start({ nodes: [ask, call('b')], edges: line('ask', 'b') }, { agents });
    await untilNodeIs(run, 'ask', 'running');
    await setPaused(run, true);
    paused?.();
    await untilNodeIs(run, 'ask', 'completed');
    await untilTaken(run);
    expect(called()).toEqual([]);
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });
  });

  it('that was paused before it began starts paused', async () => {
    const run = await house.start({ nodes: [call('a')], edges: [] }, { paused: true });
    await eventually(async () => {
      const { events } = await run.handle.fetchHistory();
      expect(events?.some(({ activityTaskFailedEventAttributes: failed }) => failed != null)).toBe(true);
    });
    expect(await now(run)).toMatchObject({ status: 'paused' });
    expect(called()).toEqual([]);
    await setPaused(run, false);
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect((await run.ended()).startedAt).not.toBeNull();
  });
});
