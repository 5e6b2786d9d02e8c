import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type RunCanceler, startRunCanceler } from '../../api/run-canceler.ts';
import type { Run } from '../../contracts/run.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);
/** One that waits as long as the product does, and one that loses its patience at once. */
let canceler: RunCanceler;
const forced: string[] = [];
const cancelerWith = (more: object): RunCanceler =>
  startRunCanceler({
    ...{ client: temporal.current.client, runControls: house.store.runControls, ...more },
    logger: {
      ...{ error: () => undefined, info: () => undefined, debug: () => undefined },
      warn: (_, particulars) => void forced.push(String(particulars?.['runId'])),
    },
  });
beforeAll(() => {
  canceler = cancelerWith({});
});
afterAll(() => canceler.stop());

const call = (id: string, more: object = {}) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
  ...more,
});
const statusesOf = (run: Run) =>
  Object.fromEntries(run.nodes.map(({ path, iteration, status }) => [`${path}/${iteration}`, status]));
const now = (run: StartedRun): Promise<Run> => house.store.runs.getRun(run.id, { maxOutputBytes: 1_000 });
const untilCalled = (count: number) =>
  eventually(() => {
    expect(house.target.calls).toHaveLength(count);
    return Promise.resolve();
  });
const cancel = async (run: StartedRun): Promise<string> => {
  const status = await house.store.runControls.requestCancel(run.id);
  await canceler.cancelNow(run.id);
  return status;
};
const untilSettled = (run: StartedRun) =>
  eventually(async () => {
    expect(await house.store.runControls.listDueCancels({ runId: run.id }, 1)).toEqual([]);
  });
const workflowStatusOf = async (run: StartedRun): Promise<string> =>
  (await temporal.current.client.workflow.getHandle(run.handle.workflowId).describe()).status.name;

/** What lets the calls that hang be answered. */
let answerAll: () => void;
beforeEach(() => {
  const answered = Promise.withResolvers<undefined>();
  answerAll = () => answered.resolve(undefined);
  forced.length = 0;
  house.target.calls.length = 0;
  house.target.answer = async () => {
    await answered.promise;
    return { body: 'late' };
  };
});

const hanging = () => ({
  nodes: [call('hangs', { timeout: '30 seconds' }), call('after')],
  edges: [{ from: 'hangs', to: 'after' }],
});

describe('a run that is canceled', () => {
  it('in a node of 30 seconds ends within two, and stays so when the node is answered after all', async () => {
    const run = await house.start(hanging());
    await untilCalled(1);
    const begin = performance.now();
    expect(await cancel(run)).toBe('running');
    const ended = await run.ended();
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect(ended).toMatchObject({ status: 'canceled' });
    expect(statusesOf(ended)).toEqual({ 'hangs/0': 'canceled', 'after/0': 'skipped' });
    answerAll();
    await untilSettled(run);
    await expect(run.handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(await now(run)).toEqual(ended);
    expect(house.target.calls).toHaveLength(1);
    expect(forced).toEqual([]);
  });

  it('is canceled a little later where the process died before it could say so', async () => {
    const run = await house.start(hanging());
    await untilCalled(1);
    await house.store.runControls.requestCancel(run.id);
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
  });

  it('is ended without its workflow where no worker is there, and what is left of that is terminated', async () => {
    const run = await house.start({
      nodes: [call('hangs'), { id: 'wait', type: 'delay', config: { duration: '1 hour' } }, call('after')],
      edges: [{ from: 'hangs', to: 'after' }],
    });
    await untilCalled(1);
    let ended: Run | undefined;
    await house.restartWorker(async () => {
      const impatient = cancelerWith({ graceSeconds: 1 });
      await house.store.runControls.requestCancel(run.id);
      await impatient.cancelNow(run.id);
      expect(await now(run)).toMatchObject({ status: 'running' });
      ended = await run.ended();
      await untilSettled(run);
      await impatient.stop();
    });
    expect(ended).toMatchObject({ status: 'canceled' });
    expect(ended === undefined ? {} : statusesOf(ended)).toEqual({
      ...{ 'hangs/0': 'canceled', 'wait/0': 'canceled', 'after/0': 'skipped' },
    });
    expect(forced).toEqual([run.id]);
    expect(await workflowStatusOf(run)).toBe('TERMINATED');
    const types = (await run.events()).map(({ type }) => type);
    expect(types.filter((type) => type === 'run.canceled')).toHaveLength(1);
    expect(types.at(-1)).toBe('run.canceled');
    expect(await now(run)).toEqual(ended);
  });

  it('before it has begun ends at once, and its workflow does nothing when it comes', async () => {
    const run = await house.start(
      { nodes: [call('a'), { id: 'wait', type: 'delay', config: { duration: '1 hour' } }], edges: [] },
      { canceled: true },
    );
    expect(await now(run)).toMatchObject({ status: 'canceled' });
    await canceler.cancelNow(run.id);
    await expect(run.handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await untilSettled(run);
    expect(house.target.calls).toEqual([]);
    expect(statusesOf(await now(run))).toEqual({ 'a/0': 'skipped', 'wait/0': 'skipped' });
    expect((await run.events()).map(({ type }) => type)).toEqual([
      ...['run.queued', 'node.skipped', 'node.skipped', 'run.canceled'],
    ]);
  });

  it('while it is paused ends', async () => {
    const run = await house.start(hanging());
    await untilCalled(1);
    await house.store.runControls.setPaused(run.id, true);
    await cancel(run);
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
    expect(await house.store.runControls.setPaused(run.id, false)).toBe('canceled');
  });

  it('or has ended otherwise never changes, whatever is said later', async () => {
    house.target.answer = () => ({ body: 'ok' });
    const run = await house.start({ nodes: [call('a')], edges: [] });
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    const { runControls } = house.store;
    expect(await cancel(run)).toBe('completed');
    expect(await runControls.setPaused(run.id, true)).toBe('completed');
    expect(await runControls.endCanceled(run.id)).toBe('completed');
    expect(await now(run)).toEqual(ended);
  });
});
