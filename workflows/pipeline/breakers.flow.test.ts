import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { BreakerState } from '../../contracts/breaker.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { sql } from '../../store/pool.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const RECOVERY_MS = 5_000;
const once = { maximumAttempts: 1 };
const guarded = (more: object = {}) => ({
  nodes: [
    {
      ...{ id: 'call', type: 'action', retry: once },
      config: { action: 'call_api', method: 'POST', url: `${house.target.url}/call` },
      circuitBreaker: { failureThreshold: 2, recoveryTime: `${RECOVERY_MS}ms` },
      ...more,
    },
  ],
  edges: [],
});
/** Each test has a pipeline of its own, which all its runs belong to. */
let pipelineId: string;
const run = async (definition: object) =>
  (await house.start(definition, { pipelineId, agents: { ada: anAgent() } })).ended();
const breaker = async (): Promise<BreakerState | undefined> =>
  (await house.store.breakers.listBreakers(pipelineId))[0];
const inState = (state: BreakerState['state']) =>
  eventually(async () => {
    const now = await breaker();
    if (now?.state !== state) throw new Error(`it is ${JSON.stringify(now)}`);
  });
const tryBy = (key: string) => sql.type(z.object({}))`
  select pipeline.may_call(${JSON.stringify({ pipelineId, path: 'call', recoveryMs: 0, leaseMs: 500 })}::json, ${key})`;
/** Its recovery time is over in so many milliseconds, however slow the machine is. */
const recoversIn = async (ms: number): Promise<void> => {
  await house.pool.query(sql.type(z.object({}))`
    update pipeline.breakers set opened_at = clock_timestamp() + make_interval(secs => ${(ms - RECOVERY_MS) / 1000})
    where pipeline_id = ${pipelineId} and opened_at is not null`);
};
const HOUR_MS = 3_600_000;
const hits = (): number => house.target.calls.length;
const spared = { status: 'failed', error: { type: 'circuit_open', nodeId: 'call' } };

beforeEach(() => {
  pipelineId = crypto.randomUUID();
  house.target.calls.length = 0;
  house.target.answer = () => ({ status: 503 });
});

describe('the circuit breaker of a node', () => {
  it('spares a target that is down, over twenty runs at once and a restart of the worker, but for one trial', async () => {
    await run(guarded());
    await run(guarded());
    expect(hits()).toBe(2);
    await inState('open');
    await recoversIn(HOUR_MS);

    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => run(guarded())));
    for (const ended of meanwhile) expect(ended).toMatchObject(spared);
    expect(meanwhile[0]?.nodes[0]).toMatchObject({ status: 'failed', attempts: 0 });
    expect(hits()).toBe(2);

    await house.restartWorker();
    expect(await run(guarded())).toMatchObject(spared);
    expect(hits()).toBe(2);

    // The trial takes until the others have asked, and fails.
    const answered = Promise.withResolvers<undefined>();
    house.target.answer = () => answered.promise.then(() => ({ status: 503 }));
    await recoversIn(0);
    await inState('half_open');
    const trials = Array.from({ length: 20 }, () => run(guarded()));
    await eventually(async () => {
      const { rows } = await asked('circuit_open');
      if (rows < 20 + 1 + 19) throw new Error(`${rows} were spared`);
    });
    answered.resolve(undefined);
    const ends = await Promise.all(trials);
    expect(hits()).toBe(3);
    expect(ends.filter(({ error }) => error?.type === 'Unavailable')).toHaveLength(1);
    expect(ends.filter(({ error }) => error?.type === 'circuit_open')).toHaveLength(19);
    await inState('open');
    await recoversIn(HOUR_MS);
    expect(await run(guarded())).toMatchObject(spared);

    house.target.answer = () => ({ body: 'back' });
    await recoversIn(0);
    await inState('half_open');
    expect(await run(guarded())).toMatchObject({ status: 'completed' });
    expect(await breaker()).toMatchObject({ state: 'closed', failures: 0, openedAt: null });
    const after = await Promise.all(Array.from({ length: 20 }, () => run(guarded())));
    for (const ended of after) expect(ended.status).toBe('completed');
    expect(hits()).toBe(3 + 1 + 20);
  });

  const asked = async (type: string): Promise<{ rows: number }> => {
    const { items } = await house.store.runs.listRuns({ limit: 200, pipelineId });
    return { rows: items.filter(({ error }) => error?.type === type).length };
  };

  it('counts attempts in a row: a success begins anew, other failures are not counted', async () => {
    const answers = [503, 200, 503, 404, 503];
    house.target.answer = () => ({ status: answers[hits() - 1] ?? 500 });
    for (let count = 0; count < answers.length; count += 1) await run(guarded());
    expect(await breaker()).toMatchObject({ state: 'open', failures: 2 });
    expect(hits()).toBe(5);
  });

  it('counts the attempts of one node, which is not tried again once it is open', async () => {
    const ended = await run(guarded({ retry: { maximumAttempts: 9, initialInterval: '1ms' } }));
    expect(ended).toMatchObject(spared);
    expect(ended.nodes[0]).toMatchObject({ attempts: 2 });
    expect(hits()).toBe(2);
  });

  it('lets a run go on at the error port', async () => {
    await run(guarded());
    await run(guarded());
    const definition = guarded({ onError: 'route' });
    const after = { id: 'after', type: 'transform', config: { expression: 'nodes.call.type' } };
    const edges = [{ from: 'call', to: 'after', port: 'error' }];
    expect(await run({ nodes: [...definition.nodes, after], edges })).toMatchObject({
      ...{ status: 'completed', output: { after: 'circuit_open' } },
    });
  });

  it('goes on with a trial that its worker left behind: it is still the same one', async () => {
    await run(guarded());
    await run(guarded());
    house.target.answer = ({ headers }) => {
      const again = house.target.calls.filter(
        (call) => call.headers['idempotency-key'] === headers['idempotency-key'],
      );
      return again.length < 2 ? new Promise<never>(() => undefined) : { body: 'back' };
    };
    await recoversIn(0);
    await inState('half_open');
    const trial = run(guarded());
    await eventually(() => (hits() === 3 ? Promise.resolve() : Promise.reject(new Error('not yet'))));
    expect(await run(guarded())).toMatchObject(spared);
    await house.restartWorker();
    expect(await trial).toMatchObject({ status: 'completed' });
    expect(hits()).toBe(4);
    expect(new Set(house.target.calls.slice(2).map(({ headers }) => headers['idempotency-key'])).size).toBe(
      1,
    );
    expect((await breaker())?.state).toBe('closed');
  });

  it('lets another one try when the lease of a trial is over', async () => {
    const brief = guarded({
      circuitBreaker: { failureThreshold: 1, recoveryTime: '1ms' },
      timeout: '200ms',
    });
    await run(brief);
    await house.pool.query(tryBy('somebody who is gone'));
    expect(await run(brief)).toMatchObject(spared);
    house.target.answer = () => ({});
    await eventually(async () => {
      expect(await run(brief)).toMatchObject({ status: 'completed' });
    });
    expect((await breaker())?.state).toBe('closed');
  });

  it('is not tried twice when the trial is ended by its timeout', async () => {
    const brief = guarded({ timeout: '2 seconds' });
    await run(brief);
    await run(brief);
    house.target.answer = () => new Promise<never>(() => undefined);
    await recoversIn(0);
    await inState('half_open');
    const trial = run(brief);
    await eventually(() => (hits() === 3 ? Promise.resolve() : Promise.reject(new Error('not yet'))));
    let spares = 0;
    while ((await breaker())?.state === 'half_open') {
      if ((await run(brief)).error?.type === 'circuit_open') spares += 1;
    }
    expect(await trial).toMatchObject({ status: 'failed', error: { type: 'Unavailable' } });
    expect([hits(), spares > 0]).toEqual([3, true]);
  });

  it('stands between an agent and its model', async () => {
    house.model = () => Promise.reject(new GatheringFailure('Unavailable', 'overloaded'));
    const agent = guarded({ type: 'agent', config: { agent: 'ada', prompt: 'Hi' } });
    await run(agent);
    await run(agent);
    const ended = await run(agent);
    expect(ended).toMatchObject(spared);
    expect(ended.nodes[0]).toMatchObject({ attempts: 0 });
  });

  it('in another pipeline belongs to that one, whoever uses it', async () => {
    const once = { id: 'once', type: 'pipeline', config: { pipelineId: 'inner' } };
    const each = {
      id: 'each',
      type: 'map',
      config: { items: '[{}, {}]', concurrency: 1, pipelineId: 'inner' },
    };
    const nodes = [
      { ...once, onError: 'continue' },
      { ...each, config: { ...each.config, onError: 'continue' } },
    ];
    const started = await house.start(
      { nodes, edges: [{ from: 'once', to: 'each' }] },
      { pipelineId, pipelines: { inner: guarded() } },
    );
    const ended = await started.ended();
    expect(hits()).toBe(2);
    expect(await house.store.breakers.listBreakers(pipelineId)).toEqual([]);
    const inner = ended.pipelines['inner']?.id ?? '';
    expect(await house.store.breakers.listBreakers(inner)).toMatchObject([
      { nodeId: 'call', state: 'open', failures: 2 },
    ]);
  });

  it('is one for all items of a map', async () => {
    const definition = guarded();
    const each = {
      ...{ id: 'each', type: 'map' },
      config: { items: '[1..5]', concurrency: 1, onError: 'continue', pipeline: definition },
    };
    expect(await run({ nodes: [each], edges: [] })).toMatchObject({ status: 'completed' });
    expect(hits()).toBe(2);
    expect(await breaker()).toMatchObject({ nodeId: 'each.call', state: 'open' });
    await house.store.breakers.resetBreaker(pipelineId, 'each.call');
    await run({ nodes: [each], edges: [] });
    expect(hits()).toBe(4);
  });
});
