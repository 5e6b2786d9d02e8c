import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Fact } from '../contracts/event.ts';
import type { Json } from '../contracts/json.ts';
import { PipelineDefinition } from '../contracts/pipeline.ts';
import {
  effectKeyOf,
  itemOf,
  iterationOf,
  nodeIn,
  nodePathOf,
  type NodePlace,
  TOP,
} from '../contracts/place.ts';
import { withPool } from '../testing/shared-servers.ts';
import { createEffects, type EffectAttempt, type EffectNeeds } from './effects.ts';
import type { Pool } from './pool.ts';
import { createRunRecords } from './run-records.ts';
import { createRunSteps } from './run-steps.ts';
import { createStore } from './store.ts';

const definition = PipelineDefinition.parse({
  name: 'test',
  nodes: [
    { id: 'a', type: 'action', config: { action: 'call_api', url: 'http://a' } },
    {
      id: 'each',
      type: 'map',
      config: {
        items: '[1]',
        pipeline: { nodes: [{ id: 'b', type: 'transform', config: { expression: 'item' } }] },
      },
    },
  ],
});
const a = nodeIn(TOP, 'a');
const each = nodeIn(TOP, 'each');
const itemsOf = (...items: Json[]) => ({ items, misfits: new Map() });
const nothing: EffectNeeds = { facts: [], reads: [], items: [] };

const factOf = <Type extends Fact['type']>(runId: string, type: Type, place: NodePlace, more: object = {}) =>
  ({
    type,
    key: `${effectKeyOf(runId, place)}/${type}`,
    nodeId: place.path.at(-1),
    path: nodePathOf(place),
    iteration: iterationOf(place),
    kind: 'action',
    ...more,
  }) as Extract<Fact, { type: Type }>;

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let runId: string;
  withPool(kind, (opened) => {
    pool = opened;
  });
  beforeEach(async () => {
    const { run } = await createStore(pool).runStarts.startRun({
      pipeline: { id: '01990000-0000-7000-8000-000000000000', name: 'test', version: 1 },
      definition,
      agents: {},
      input: { z: 1, a: 2 },
      workflowInput: (id) => ({
        runId: id,
        pipelineId: '01990000-0000-7000-8000-000000000000',
        pipelineName: 'test',
        pipelineVersion: 1,
        trigger: 'api',
        plan: { nodes: [], edges: [] },
        timeoutMs: 1000,
        costLimitUsd: 1,
      }),
      trigger: 'api',
      requestId: 'r',
      startedBy: 'somebody',
    });
    runId = run.id;
  });

  const attemptOf = (attempt: number, more: Partial<EffectAttempt> = {}): EffectAttempt => ({
    ...{ runId, place: a, suffix: '', engineRunId: 'engine-1', attempt },
    ...more,
  });
  const typesTold = async (): Promise<string[]> =>
    (await createStore(pool).events.listEvents(`runs/${runId}`, { after: 0, limit: 100 })).map(
      ({ type }) => type,
    );
  const nodeOf = async (path = 'a') =>
    (await createStore(pool).runs.getRun(runId, { maxOutputBytes: 1_000_000 })).nodes.find(
      (node) => node.path === path,
    );

  describe('an effect', () => {
    it('is claimed once, recorded once, and given back to whoever asks again', async () => {
      const effects = createEffects(pool);
      const started = factOf(runId, 'node.started', a);
      const first = await effects.claimEffect(attemptOf(1), { ...nothing, facts: [started] });
      expect(first).toMatchObject({ outcome: 'claimed', claims: 1, failures: 0 });
      const completed = factOf(runId, 'node.completed', a, { output: { z: 1, a: [null] }, port: 'default' });
      const record = { result: { z: 1, a: [null] }, costUsd: 0.5, facts: [completed] };
      expect(await effects.recordEffect(attemptOf(1), record)).toBe(true);
      expect(await effects.recordEffect(attemptOf(1), record)).toBe(false);
      const again = await effects.claimEffect(attemptOf(2), { ...nothing, facts: [started] });
      expect(again).toEqual({ outcome: 'done', result: { z: 1, a: [null] } });
      expect(Object.keys((again as { result: object }).result)).toEqual(['z', 'a']);
      expect(await typesTold()).toEqual(['run.queued', 'node.started', 'node.completed']);
      expect(await nodeOf()).toMatchObject({ status: 'completed', attempts: 1, output: { z: 1, a: [null] } });
      expect(await createStore(pool).runs.getRun(runId, { maxOutputBytes: 1_000_000 })).toMatchObject({
        costUsd: 0.5,
      });
    });

    it('passes to the later attempt, and the earlier one can neither record nor fail it', async () => {
      const effects = createEffects(pool);
      await effects.claimEffect(attemptOf(1), { ...nothing, facts: [factOf(runId, 'node.started', a)] });
      expect(await effects.claimEffect(attemptOf(2), nothing)).toMatchObject({
        outcome: 'claimed',
        claims: 2,
      });
      expect(await effects.claimEffect(attemptOf(1), nothing)).toEqual({ outcome: 'superseded' });
      expect(await effects.recordEffect(attemptOf(1), { result: 1, costUsd: 0, facts: [] })).toBe(false);
      const failure = { error: { type: 'Unavailable', message: 'no' }, final: true, facts: [] };
      expect(await effects.failEffect(attemptOf(1), failure)).toBe(false);
      expect(await nodeOf()).toMatchObject({ status: 'running', attempts: 2 });
    });

    it('passes to a reset or continued execution, whatever its attempt', async () => {
      const effects = createEffects(pool);
      await effects.claimEffect(attemptOf(7), nothing);
      const next = attemptOf(1, { engineRunId: 'engine-2' });
      expect(await effects.claimEffect(next, nothing)).toMatchObject({ outcome: 'claimed', claims: 2 });
    });

    it('counts failures, which attempts alone are not, and keeps the final one', async () => {
      const effects = createEffects(pool);
      const error = { type: 'Unavailable', message: 'try later' };
      const retrying = factOf(runId, 'node.retrying', a, { attempt: 1, delayMs: 5, error });
      await effects.claimEffect(attemptOf(1), { ...nothing, facts: [factOf(runId, 'node.started', a)] });
      await effects.claimEffect(attemptOf(2), nothing);
      expect(await effects.failEffect(attemptOf(2), { error, final: false, facts: [retrying] })).toBe(true);
      expect(await effects.claimEffect(attemptOf(3), nothing)).toMatchObject({ claims: 3, failures: 1 });
      const failed = factOf(runId, 'node.failed', a, { error });
      expect(await effects.failEffect(attemptOf(3), { error, final: true, facts: [failed] })).toBe(true);
      expect(await effects.claimEffect(attemptOf(4), nothing)).toEqual({ outcome: 'failed', error });
      expect(await nodeOf()).toMatchObject({ status: 'failed', attempts: 3, error });
    });

    it('is refused where the node or the run has ended', async () => {
      const effects = createEffects(pool);
      const steps = createRunSteps(pool);
      await effects.claimEffect(attemptOf(1), { ...nothing, facts: [factOf(runId, 'node.started', a)] });
      await steps.tellFacts(runId, [factOf(runId, 'node.canceled', a)]);
      expect(await effects.claimEffect(attemptOf(2), nothing)).toEqual({ outcome: 'ended' });
      await steps.closeRun(runId, { status: 'canceled', sinks: ['a'] }, []);
      expect(await effects.claimEffect(attemptOf(1, { place: each }), nothing)).toEqual({ outcome: 'ended' });
    });

    it('that ends after its run is in the ledger and told nowhere', async () => {
      const effects = createEffects(pool);
      await effects.claimEffect(attemptOf(1), nothing);
      await createRunSteps(pool).closeRun(runId, { status: 'canceled', sinks: ['a'] }, []);
      const facts = [factOf(runId, 'node.completed', a, { output: 1, port: 'default' })];
      expect(await effects.recordEffect(attemptOf(1), { result: 1, costUsd: 0.25, facts })).toBe(true);
      expect(await typesTold()).toEqual(['run.queued', 'run.canceled']);
      expect(await createStore(pool).runs.getRun(runId, { maxOutputBytes: 1_000_000 })).toMatchObject({
        status: 'canceled',
        costUsd: 0.25,
      });
    });

    it('gets the values that it reads and what its turn has recorded', async () => {
      const effects = createEffects(pool);
      const steps = createRunSteps(pool);
      const b = nodeIn(itemOf(each, 1), 'b');
      await steps.startMap(runId, each, itemsOf('zero', { one: 1 }), []);
      await steps.tellFacts(runId, [factOf(runId, 'node.completed', a, { output: null, port: 'default' })]);
      const parts: [string, Json][] = [
        ['model.0', { text: 'x' }],
        ['call-1', 'y'],
        ['model.1', 'z'],
      ];
      for (const [suffix, result] of parts) {
        await effects.claimEffect(attemptOf(1, { place: b, suffix }), nothing);
        await effects.recordEffect(attemptOf(1, { place: b, suffix }), { result, costUsd: 0, facts: [] });
      }
      const claim = await effects.claimEffect(attemptOf(1, { place: b, suffix: 'model.2' }), {
        ...{ facts: [], reads: ['a/0', 'none/0'], items: ['each/0/1'], turnPrefix: '' },
      });
      expect(claim).toMatchObject({
        values: { outputs: { 'a/0': null }, items: { 'each/0/1': { one: 1 } } },
        turn: Object.fromEntries(parts),
      });
      const one = await effects.claimEffect(attemptOf(1, { place: b, suffix: 'call-2' }), {
        ...nothing,
        turnPrefix: 'model.1',
      });
      expect(one).toMatchObject({ turn: { 'model.1': 'z' } });
    });
  });

  it('shows the text of the newest attempt only', async () => {
    const effects = createEffects(pool);
    const model = (attempt: number) => attemptOf(attempt, { suffix: 'model.0' });
    const texts = () => createStore(pool).events.listTexts([`runs/${runId}`], []);
    await effects.claimEffect(model(1), nothing);
    expect(await effects.appendText(model(1), 1, 'Once\0 ')).toBe(true);
    expect(await effects.appendText(model(1), 1, 'upon')).toBe(true);
    expect(await texts()).toMatchObject([
      { text: 'Once\ufffd upon', attempt: 1, owner: { nodeId: 'a', path: 'a', iteration: '0' } },
    ]);
    await effects.claimEffect(model(2), nothing);
    expect(await effects.appendText(model(1), 1, ' a time')).toBe(false);
    expect(await texts()).toMatchObject([{ text: '', attempt: 2 }]);
    await effects.appendText(model(2), 2, 'There was');
    expect(await texts()).toMatchObject([{ text: 'There was', attempt: 2 }]);
    await effects.recordEffect(model(2), { result: null, costUsd: 0, facts: [] });
    expect(await texts()).toEqual([]);
    expect(await effects.appendText(model(2), 2, '!')).toBe(false);
  });

  it('collects the outputs of a map in the order of its items, nested ones too', async () => {
    const steps = createRunSteps(pool);
    const outer = nodeIn(itemOf(each, 1), 'b');
    await steps.startMap(runId, each, itemsOf(10, 11, 12), []);
    expect(await steps.startMap(runId, each, itemsOf(), [])).toEqual({ count: 3, misfits: [] });
    await steps.startMap(runId, outer, itemsOf('p', 'q'), []);
    const done = (place: NodePlace, output: Json) =>
      factOf(runId, 'node.completed', place, { output, port: 'default' });
    await steps.tellFacts(runId, [
      done(nodeIn(itemOf(outer, 1), 'x'), 'second'),
      done(nodeIn(itemOf(outer, 0), 'x'), 'first'),
      factOf(runId, 'node.skipped', nodeIn(itemOf(outer, 0), 'y')),
    ]);
    await steps.completeMap(runId, outer, { kind: 'map', sinks: ['x', 'y'], failed: [] }, []);
    await steps.completeMap(runId, each, { kind: 'map', sinks: ['b'], failed: [0] }, []);
    expect((await nodeOf('each'))?.output).toEqual([null, { b: [{ x: 'first' }, { x: 'second' }] }, {}]);
  });

  it('keeps which items cannot be run, and takes the output of the only item of a sub-pipeline for its own', async () => {
    const steps = createRunSteps(pool);
    const misfits = new Map([[1, { type: 'InvalidInput', message: 'input.text is missing' }]]);
    expect(await steps.startMap(runId, each, { items: [1, 2], misfits }, [])).toEqual({
      ...{ count: 2, misfits: [1] },
    });
    expect(await steps.startMap(runId, each, itemsOf(1, 2), [])).toEqual({ count: 2, misfits: [1] });
    await steps.tellFacts(runId, [
      factOf(runId, 'node.completed', nodeIn(itemOf(a, 0), 'x'), { output: 7, port: 'default' }),
    ]);
    await steps.startMap(runId, a, itemsOf({}), []);
    await steps.completeMap(runId, a, { kind: 'pipeline', sinks: ['x'], failed: [] }, []);
    expect((await nodeOf('a'))?.output).toEqual({ x: 7 });
  });

  it('answers a segment that was told before with what was told then, and tells nothing more', async () => {
    const steps = createRunSteps(pool);
    const first = { outcomes: [{ id: 'a', status: 'failed' }] };
    const failure = { error: { type: 'LimitExceeded', message: 'too long' } };
    await steps.tellSegment(runId, { key: 'k', result: first }, [factOf(runId, 'node.failed', a, failure)]);
    const second = { outcomes: [{ id: 'a', status: 'completed' }] };
    const completed = factOf(runId, 'node.completed', each, { output: 1, port: 'default' });
    expect(await steps.tellSegment(runId, { key: 'k', result: second }, [completed])).toEqual(first);
    expect((await nodeOf('a'))?.status).toBe('failed');
    expect(await nodeOf('each')).toBeUndefined();
  });

  it.each([
    ['together', []],
    ['one by one, since one of them has ended', [3]],
  ])('tells many nodes that are completed, %s', async (_, ended) => {
    const steps = createRunSteps(pool);
    const places = Array.from({ length: 12 }, (__, number) => nodeIn(TOP, `n${number}`));
    const completed = (place: NodePlace) =>
      factOf(runId, 'node.completed', place, { output: nodePathOf(place), port: 'default' });
    const failure = { error: { type: 'LimitExceeded', message: 'too long' } };
    for (const number of ended)
      await steps.tellFacts(runId, [factOf(runId, 'node.failed', nodeIn(TOP, `n${number}`), failure)]);
    const told = [{ type: 'run.started', key: `${runId}/run.started` } as const, ...places.map(completed)];
    await steps.tellFacts(runId, told);
    await steps.tellFacts(runId, told);
    const events = await createStore(pool).events.listEvents(`runs/${runId}`, { after: 1, limit: 100 });
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((__, index) => index + 2));
    expect(events.map(({ type, data }) => [type, data['nodeId']])).toEqual([
      ...ended.map((number) => ['node.failed', `n${number}`]),
      ['run.started', undefined],
      ...places.flatMap((__, number) => (ended.includes(number) ? [] : [['node.completed', `n${number}`]])),
    ]);
    for (const [number, place] of places.entries())
      expect(await nodeOf(nodePathOf(place))).toMatchObject(
        ended.includes(number) ? { status: 'failed' } : { status: 'completed', output: nodePathOf(place) },
      );
  });

  it('leaves a large output out of the event and keeps it with the node', async () => {
    const output = 'x'.repeat(70_000);
    await createRunSteps(pool).tellFacts(runId, [
      factOf(runId, 'node.completed', a, { output, port: 'default' }),
    ]);
    await createRunSteps(pool).closeRun(runId, { status: 'completed', sinks: ['a'] }, []);
    const events = await createStore(pool).events.listEvents(`runs/${runId}`, { after: 0, limit: 100 });
    expect(events.map(({ data }) => data['outputRef'])).toEqual([
      undefined,
      { bytes: 70_002 },
      { bytes: 70_012 },
    ]);
    expect(await createStore(pool).runs.getRun(runId, { maxOutputBytes: 1_000_000 })).toMatchObject({
      status: 'completed',
      output: { a: output },
    });
  });

  it('ends a run once', async () => {
    const steps = createRunSteps(pool);
    await steps.tellFacts(runId, [{ type: 'run.started', key: `${runId}/run.started` }]);
    expect(
      await steps.closeRun(runId, { status: 'timed_out', sinks: [] }, [factOf(runId, 'node.canceled', a)]),
    ).toBe('timed_out');
    expect(await steps.closeRun(runId, { status: 'completed', sinks: [] }, [])).toBe('timed_out');
    await steps.tellFacts(runId, [factOf(runId, 'node.started', each)]);
    expect(await typesTold()).toEqual(['run.queued', 'run.started', 'node.skipped', 'run.timed_out']);
  });

  it('says of a node that is given up whether it had begun', async () => {
    const steps = createRunSteps(pool);
    await steps.tellFacts(runId, [factOf(runId, 'node.started', a)]);
    await steps.tellFacts(runId, [factOf(runId, 'node.skipped', a), factOf(runId, 'node.canceled', each)]);
    expect((await typesTold()).slice(-2)).toEqual(['node.canceled', 'node.skipped']);
  });

  it('numbers what fifty writers tell at once without gap or duplicate', async () => {
    const steps = createRunSteps(pool);
    const places = Array.from({ length: 25 }, (_, index) => nodeIn(itemOf(each, index), 'b'));
    await Promise.all(
      [...places, ...places].map((place) => steps.tellFacts(runId, [factOf(runId, 'node.skipped', place)])),
    );
    const events = await createStore(pool).events.listEvents(`runs/${runId}`, { after: 0, limit: 100 });
    expect(events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
  });

  it('reads the record of a run once', async () => {
    const records = createRunRecords(pool);
    const [first, second] = await Promise.all([records.getRunRecord(runId), records.getRunRecord(runId)]);
    expect(first).toBe(second);
    expect([...first.nodes.keys()]).toEqual(['a', 'each', 'each.b']);
    expect(Object.keys(first.input)).toEqual(['z', 'a']);
    await expect(records.getRunRecord('01990000-0000-7000-8000-00000000ffff')).rejects.toMatchObject({
      type: 'NotFound',
    });
  });
});
