import { beforeEach, describe, expect, it } from '@jest/globals';

import { PipelineDefinition } from '../contracts/pipeline.ts';
import { nodeIn, TOP } from '../contracts/place.ts';
import { withPool } from '../testing/shared-servers.ts';
import { createBreakers } from './breakers.ts';
import { type BreakerUse, createEffects, type EffectAttempt } from './effects.ts';
import { type Pool } from './pool.ts';
import { createStore } from './store.ts';

const definition = PipelineDefinition.parse({
  name: 'test',
  nodes: [{ id: 'call', type: 'action', config: { action: 'call_api', url: 'http://target' } }],
});
const needs = { facts: [], reads: [], items: [] };
const AT_ONCE = 20;

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let breaker: BreakerUse;
  withPool(kind, (opened) => {
    pool = opened;
  });
  beforeEach(() => {
    breaker = {
      ...{ pipelineId: crypto.randomUUID(), path: 'call' },
      ...{ failureThreshold: 2, recoveryMs: 0, leaseMs: 60_000 },
    };
  });

  /** Each is the first attempt at the effect of another run. */
  const attempts = (count: number): Promise<EffectAttempt[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const { run } = await createStore(pool).runStarts.startRun({
          ...{ pipeline: { id: breaker.pipelineId, name: 'test', version: 1 }, definition, agents: {} },
          ...{ pipelines: {}, input: {}, trigger: 'api', requestId: 'r', startedBy: 'somebody' },
          workflowInput: (runId) => ({
            ...{ runId, pipelineId: breaker.pipelineId, pipelineName: 'test', pipelineVersion: 1 },
            ...{ trigger: 'api', plan: { nodes: [], edges: [] }, timeoutMs: 1_000, costLimitUsd: 1 },
          }),
        });
        return { runId: run.id, place: nodeIn(TOP, 'call'), suffix: '', engineRunId: 'engine', attempt: 1 };
      }),
    );
  const claim = async (attempt: EffectAttempt): Promise<string> =>
    (await createEffects(pool).claimEffect(attempt, needs, breaker)).outcome;
  const fail = (attempt: EffectAttempt, type = 'Unavailable'): Promise<boolean> => {
    const error = { type, message: 'no' };
    return createEffects(pool).failEffect(attempt, { error, final: true, facts: [] }, breaker);
  };
  const succeed = (attempt: EffectAttempt): Promise<boolean> =>
    createEffects(pool).recordEffect(attempt, { result: null, costUsd: 0, facts: [] }, breaker);
  const state = async () => (await createBreakers(pool).listBreakers(breaker.pipelineId))[0];
  const open = async (): Promise<void> => {
    for (const attempt of await attempts(2)) {
      await claim(attempt);
      await fail(attempt);
    }
  };

  it('lets exactly one of many that ask at once be the trial', async () => {
    await open();
    const all = await attempts(AT_ONCE);
    const outcomes = await Promise.all(all.map(claim));
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'circuit_open')).toHaveLength(AT_ONCE - 1);
    const trial = all[outcomes.indexOf('claimed')];
    if (trial === undefined) throw new Error('nobody tries');
    expect(await state()).toMatchObject({ state: 'half_open', failures: 2 });
    await succeed(trial);
    expect(await state()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('goes on with the trial when its next attempt asks, and with another one once the lease is over', async () => {
    await open();
    const [trial, other] = await attempts(2);
    if (trial === undefined || other === undefined) throw new Error('no attempts');
    expect(await claim(trial)).toBe('claimed');
    expect(await claim(other)).toBe('circuit_open');
    breaker = { ...breaker, leaseMs: 0 };
    expect(await claim({ ...trial, attempt: 2 })).toBe('claimed');
    expect(await claim({ ...other, attempt: 2 })).toBe('claimed');
    // The first one is the trial no more: what it gives does not close.
    await succeed({ ...trial, attempt: 2 });
    expect((await state())?.state).toBe('half_open');
  });

  it('opens again at whatever the trial fails with', async () => {
    await open();
    const [trial] = await attempts(1);
    if (trial === undefined) throw new Error('no attempt');
    breaker = { ...breaker, recoveryMs: 60_000 };
    expect(await claim(trial)).toBe('circuit_open');
    breaker = { ...breaker, recoveryMs: 0 };
    expect(await claim({ ...trial, attempt: 2 })).toBe('claimed');
    breaker = { ...breaker, recoveryMs: 60_000 };
    await fail({ ...trial, attempt: 2 }, 'InvalidInput');
    expect(await state()).toMatchObject({ state: 'open', failures: 3 });
  });

  it('hears nothing of what began before it opened, or before it closed', async () => {
    const [early, late] = await attempts(2);
    if (early === undefined || late === undefined) throw new Error('no attempts');
    await claim(early);
    await claim(late);
    await open();
    await succeed(early);
    expect(await state()).toMatchObject({ state: 'half_open', failures: 2 });
    const [trial] = await attempts(1);
    if (trial === undefined) throw new Error('no attempt');
    await claim(trial);
    await succeed(trial);
    await fail(late);
    expect(await state()).toMatchObject({ state: 'closed', failures: 0 });
  });
});
