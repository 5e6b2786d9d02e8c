import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { PipelineDefinition } from '../contracts/pipeline.ts';
import { channelOf } from '../contracts/place.ts';
import { withPool } from '../testing/shared-servers.ts';
import { json } from './json.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';
import type { NewRun } from './run-starts.ts';
import type { Store } from './store.ts';
import { createStore } from './store.ts';

const definition = PipelineDefinition.parse({
  name: 'digest',
  nodes: [{ id: 'one', type: 'transform', config: { expression: '1' } }],
});
const PIPELINE = '01890000-0000-7000-8000-0000000000aa';
const nothing = z.object({});

const aRun = (over: Partial<NewRun> = {}): NewRun => ({
  pipeline: { id: PIPELINE, name: 'digest', version: 1 },
  definition,
  agents: {},
  input: { zebra: 1, apple: [null] },
  workflowInput: (runId) => ({
    runId,
    pipelineId: PIPELINE,
    pipelineName: 'digest',
    pipelineVersion: 1,
    trigger: 'api',
    plan: { nodes: [], edges: [] },
    timeoutMs: 1000,
    costLimitUsd: 1,
  }),
  trigger: 'api',
  requestId: 'request-1',
  startedBy: 'somebody',
  ...over,
});

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let store: Store;
  withPool(kind, (opened) => {
    pool = opened;
    store = createStore(pool);
  });
  const tell = (runId: string, facts: object[]) =>
    pool.query(sql.type(nothing)`select pipeline.tell(${runId}, ${json(facts)})`);
  const aFact = (runId: string, type: string, node: string, more: object = {}) => ({
    key: `${runId}/${node}/0/${type}`,
    type,
    data: { nodeId: node, path: node, iteration: '0', kind: 'transform' },
    ...more,
  });

  it('tells of an accepted run on its own channel and on the common one', async () => {
    const { run } = await store.runStarts.startRun(aRun());
    expect(await store.events.listEvents(channelOf.run(run.id), { after: 0, limit: 10 })).toEqual([
      { type: 'run.queued', channel: `runs/${run.id}`, sequence: 1, data: { timestamp: expect.any(String) } },
    ]);
    const last = (await store.events.findLastSequences(['activity'])).get('activity') ?? 0;
    expect(await store.events.listEvents('activity', { after: last - 1, limit: 10 })).toMatchObject([
      {
        type: 'run.queued',
        sequence: last,
        data: { runId: run.id, pipelineId: PIPELINE, pipelineName: 'digest', status: 'queued' },
      },
    ]);
  });

  it('numbers the events of fifty runs that start at once without a gap', async () => {
    const before = (await store.events.findLastSequences(['activity'])).get('activity') ?? 0;
    await Promise.all(Array.from({ length: 50 }, () => store.runStarts.startRun(aRun())));
    const events = await store.events.listEvents('activity', { after: before, limit: 100 });
    expect(events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 50 }, (_, n) => before + n + 1),
    );
  });

  it('accepts a run once for a key, and gives the same run to all who race', async () => {
    const claim = { principal: 'me', route: 'runs', key: 'key', bodyHash: 'a', status: 202 };
    const started = await Promise.all(
      Array.from({ length: 5 }, () => store.runStarts.startRun(aRun(), claim)),
    );
    expect(new Set(started.map(({ run }) => run.id)).size).toBe(1);
    expect(started.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(store.runStarts.startRun(aRun(), { ...claim, bodyHash: 'b' })).rejects.toMatchObject({
      type: 'Conflict',
    });
  });

  it('refuses one of several runs that start at once without the others', async () => {
    const bad = aRun({ pipeline: { id: 'no id', name: 'digest', version: 1 } });
    const settled = await Promise.allSettled(
      [aRun(), bad, aRun()].map((run) => store.runStarts.startRun(run)),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const queued = new Set((await store.runStarts.findQueuedFor(0, 1000)).map(({ id }) => id));
    const accepted = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value.run.id] : []));
    expect(accepted.filter((id) => !queued.has(id))).toEqual([]);
  });

  it('finds runs that nobody took up, with what their workflow needs', async () => {
    const { run } = await store.runStarts.startRun(aRun());
    expect(await store.runStarts.findQueuedFor(60, 10)).toEqual([]);
    const queued = await store.runStarts.findQueuedFor(0, 1000);
    expect(queued.find(({ id }) => id === run.id)).toEqual({
      id: run.id,
      requestId: 'request-1',
      workflowInput: aRun().workflowInput(run.id),
    });
  });

  it('shows a run with its nodes and the sequence of that moment', async () => {
    const { run } = await store.runStarts.startRun(aRun());
    await tell(run.id, [
      { key: `${run.id}/run.started`, type: 'run.started', data: {} },
      aFact(run.id, 'node.completed', 'one', { output: { b: 1, a: null }, input: { x: 1 } }),
      aFact(run.id, 'node.completed', 'none', { output: null }),
      aFact(run.id, 'node.completed', 'large', { output: 'x'.repeat(100) }),
      aFact(run.id, 'node.skipped', 'skipped'),
      aFact(run.id, 'node.failed', 'failed', { error: { type: 'Unavailable', message: 'no' } }),
    ]);
    const shown = await store.runs.getRun(run.id, { maxOutputBytes: 50 });
    expect(shown).toMatchObject({
      status: 'running',
      definition,
      sequence: 7,
      startedAt: expect.any(String),
      endedAt: null,
    });
    expect(JSON.stringify(shown.input)).toBe('{"zebra":1,"apple":[null]}');
    expect('output' in shown).toBe(false);
    const nodes = Object.fromEntries(shown.nodes.map((node) => [node.id, node]));
    expect(nodes).toMatchObject({
      one: { status: 'completed', attempts: 1, output: { b: 1, a: null } },
      none: { output: null },
      large: { outputRef: { bytes: 102 } },
      skipped: { attempts: 0, startedAt: null },
      failed: { error: { type: 'Unavailable', message: 'no' } },
    });
    expect('output' in (nodes['large'] ?? {}) || 'output' in (nodes['skipped'] ?? {})).toBe(false);

    const one = await store.runs.getRunNode(run.id, { path: 'one', iteration: '0' });
    expect(one).toMatchObject({ input: { x: 1 }, output: { b: 1, a: null } });
    await expect(store.runs.getRunNode(run.id, { path: 'two', iteration: '0' })).rejects.toMatchObject({
      type: 'NotFound',
    });
    await expect(store.runs.getRun(PIPELINE, { maxOutputBytes: 1 })).rejects.toMatchObject({
      type: 'NotFound',
    });
  });

  it('lists runs newest first by status, pipeline and words', async () => {
    const other = '01890000-0000-7000-8000-0000000000bb';
    const pipeline = { id: other, name: 'Weekly report', version: 3 };
    const one = (await store.runStarts.startRun(aRun({ pipeline }))).run;
    const two = (await store.runStarts.startRun(aRun({ pipeline }))).run;
    await pool.query(sql.type(nothing)`
      select pipeline.close_run(${two.id}, 'failed', array[]::text[], ${json({ type: 'X', message: 'm' })}, '[]')`);
    const ids = async (filter: object) =>
      (await store.runs.listRuns({ limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await ids({ pipelineId: other })).toEqual([two.id, one.id]);
    expect(await ids({ pipelineId: other, status: ['failed', 'canceled'] })).toEqual([two.id]);
    expect(await ids({ q: 'weekly' })).toEqual([two.id, one.id]);
    expect(await ids({ q: one.id.slice(0, 30) })).toContain(one.id);
    expect(await ids({ q: '%' })).toEqual([]);
    expect(await store.runs.getRunStatus(two.id)).toBe('failed');
    expect((await store.runs.countRuns()).find(({ status }) => status === 'failed')).toEqual({
      status: 'failed',
      count: 1,
    });
  });
});
