import { describe, expect, it } from '@jest/globals';

import { PipelineDefinition } from '../../../../contracts/pipeline.ts';
import { aRun, aRunNode, later, RUN_ID } from '../../../testing/builders.ts';
import { modelOf } from '../../ui/graph/graph-model.ts';
import { foldActivity } from './activity.ts';
import { isFiltered, queryOf, readFilters, writeFilters } from './filters.ts';
import { itemsOf, siblingsOf, spanOf } from './items.ts';
import { reportOf } from './report.ts';
import { restartableOf } from './restart-runs.tsx';
import { aggregateStatus, runGraphOf } from './run-graph.ts';
import { roomyLength, ticksOf, timelineOf } from './timeline.ts';

const completed = (path: string, from: number, to: number, more = {}) =>
  aRunNode(path, { status: 'completed', attempts: 1, startedAt: later(from), endedAt: later(to), ...more });

/** Split, three items of which the second failed, the condition said yes, the report is being written. */
function halfWay() {
  const item = (iteration: string, status: 'completed' | 'failed') => [
    aRunNode('each.digest', {
      iteration,
      kind: 'agent',
      status,
      attempts: 1,
      startedAt: later(1),
      endedAt: later(2),
    }),
    aRunNode('each.shape', { iteration, status: status === 'failed' ? 'skipped' : 'completed' }),
  ];
  return aRun({
    nodes: [
      completed('split', 0, 0),
      completed('each', 1, 4, { kind: 'map', items: 3 }),
      completed('enough', 4, 4, { kind: 'condition', output: true }),
      aRunNode('report', { kind: 'agent', status: 'running', attempts: 2, startedAt: later(5) }),
      aRunNode('apology', { status: 'skipped' }),
      ...item('0', 'completed'),
      ...item('1', 'failed'),
      ...item('2', 'completed'),
    ],
  });
}

describe('a run on its graph', () => {
  it('draws those edges solid that carried data', () => {
    const { taken } = runGraphOf(halfWay());
    expect([...taken].sort()).toEqual([
      'each|digest→shape|default',
      '|each→enough|default',
      '|enough→report|true',
      '|split→each|default',
    ]);
  });

  it('says how far a map is and how many items failed', () => {
    const { looks } = runGraphOf(halfWay());
    expect(looks.get('each')).toMatchObject({
      status: 'completed',
      progress: { ended: 3, failed: 1, total: 3 },
    });
    expect(looks.get('each.digest')).toMatchObject({
      status: 'completed',
      progress: { ended: 3, failed: 1, total: 3 },
    });
    expect(looks.get('report')).toMatchObject({ status: 'running', attempts: 2 });
  });

  it.each([
    [[], 'pending'],
    [['pending', 'pending'], 'pending'],
    [['completed', 'pending'], 'running'],
    [['completed', 'running'], 'running'],
    [['failed', 'completed'], 'completed'],
    [['failed', 'failed'], 'failed'],
    [['skipped', 'skipped'], 'skipped'],
  ] as const)('items that are %j amount to %s', (statuses, whole) =>
    expect(aggregateStatus(statuses)).toBe(whole),
  );

  it('draws another pipeline inside the node that runs it, with how its nodes went', () => {
    const definition = PipelineDefinition.parse({
      name: 'outer',
      nodes: [{ id: 'sub', type: 'pipeline', config: { pipelineId: 'digest', version: 3 } }],
    });
    const pinned = { id: RUN_ID, name: 'digest', version: 3, definition: aRun().definition };
    const run = aRun({
      definition,
      pipelines: { 'digest@3': pinned },
      nodes: [
        aRunNode('sub', { kind: 'pipeline', status: 'running' }),
        completed('sub.split', 0, 2),
        aRunNode('sub.each', { kind: 'map', status: 'running', items: 2 }),
        aRunNode('sub.each.digest', { kind: 'agent', status: 'running', iteration: '0.1' }),
      ],
    });
    const model = modelOf(run.definition, null, run.pipelines);
    expect(model.nodes.find(({ id }) => id === 'sub.each.digest')).toMatchObject({ parent: 'sub.each' });
    const { looks, taken } = runGraphOf(run);
    expect(looks.get('sub.split')).toMatchObject({ status: 'completed', note: '2.0 s' });
    expect(looks.get('sub.each')?.progress).toMatchObject({ total: 2 });
    expect(taken.has('sub|split→each|default')).toBe(true);
    const lines = timelineOf(run, [], new Set(['sub/0']), new Map());
    expect(lines.map(({ label, depth }) => [label, depth])).toEqual([
      ['sub', 0],
      ['split', 1],
      ['each', 1],
    ]);
  });

  it('says of a map that it waits where everything in it does', () => {
    const nodes = [
      aRunNode('each', { kind: 'map', status: 'running', items: 1, startedAt: later(0) }),
      aRunNode('each.digest', { kind: 'human', status: 'waiting', startedAt: later(0) }),
    ];
    const run = aRun({ nodes });
    expect(runGraphOf(run).looks.get('each')).toMatchObject({ status: 'waiting' });
    expect(timelineOf(run, [], new Set(), new Map())[0]).toMatchObject({ status: 'waiting' });
    const busy = aRun({ nodes: [...nodes, aRunNode('each.shape', { status: 'running' })] });
    expect(runGraphOf(busy).looks.get('each')).toMatchObject({ status: 'running' });
  });

  it('marks what a fork has taken over, with no time of its own', () => {
    const run = aRun({ nodes: [completed('split', 0, 9, { takenOver: true, overridden: true })] });
    expect(runGraphOf(run).looks.get('split')).toMatchObject({ status: 'completed', note: 'Output given' });
    expect(timelineOf(run, [], new Set(), new Map())[0]?.segments).toEqual([]);
  });

  it('follows the port by which people have decided', () => {
    const definition = PipelineDefinition.parse({
      name: 'asks',
      nodes: [
        { id: 'ask', type: 'human', config: { title: 'Sure?' } },
        { id: 'yes', type: 'transform', config: { expression: '1' } },
        { id: 'no', type: 'transform', config: { expression: '0' } },
      ],
      edges: [
        { from: 'ask', to: 'yes', port: 'approved' },
        { from: 'ask', to: 'no', port: 'rejected' },
      ],
    });
    const nodes = [
      completed('ask', 0, 1, { kind: 'human', output: { decision: 'reject', by: null } }),
      completed('no', 1, 2),
    ];
    expect([...runGraphOf(aRun({ definition, nodes })).taken]).toEqual(['|ask→no|rejected']);
  });

  it('names the nodes inside a map by their path', () => {
    const model = modelOf(aRun().definition);
    expect(model.nodes.find((node) => node.id === 'each.digest')).toMatchObject({
      parent: 'each',
      kind: 'agent',
      label: 'digest',
    });
    expect(model.edges.find((edge) => edge.parent === 'each')).toMatchObject({
      from: 'each.digest',
      to: 'each.shape',
    });
  });
});

describe('the timeline', () => {
  const labels = new Map([['split', 'Split it']]);

  it('puts nodes in the order of their start, maps closed', () => {
    const rows = timelineOf(halfWay(), [], new Set(), labels);
    expect(rows.map((row) => row.label)).toEqual(['Split it', 'each', 'enough', 'report', 'apology']);
    expect(rows[1]?.inside).toBe(6);
  });

  it('opens a map item by item', () => {
    const rows = timelineOf(halfWay(), [], new Set(['each/0']), labels);
    expect(rows.filter((row) => row.depth === 1).map((row) => row.label)).toEqual([
      '1 · digest',
      '1 · shape',
      '2 · digest',
      '2 · shape',
      '3 · digest',
      '3 · shape',
    ]);
  });

  it('shows attempts as segments with the wait between them', () => {
    const retry = {
      path: 'report',
      iteration: '0',
      attempt: 1,
      failedAt: later(7),
      delayMs: 2000,
      error: undefined,
    };
    const report = timelineOf(halfWay(), [retry], new Set(), labels).find((row) => row.node.id === 'report');
    expect(report?.segments).toEqual([
      { kind: 'attempt', from: Date.parse(later(5)), to: Date.parse(later(7)), status: 'failed' },
      { kind: 'wait', from: Date.parse(later(7)), to: Date.parse(later(9)), status: 'running' },
      { kind: 'attempt', from: Date.parse(later(9)), to: null, status: 'running' },
    ]);
  });

  it.each([[123], [5_200], [61_000], [1]])('has few round marks on %d ms', (length) => {
    const ticks = ticksOf(length);
    expect(ticks[0]).toBe(0);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(ticks.every((tick) => tick <= length)).toBe(true);
  });
});

describe('items of a map', () => {
  it('are listed with the nodes that they went through', () => {
    const run = halfWay();
    const map = run.nodes.find((node) => node.path === 'each') ?? aRunNode('each');
    expect(itemsOf(run, map).map((item) => item.nodes.map((node) => node.status))).toEqual([
      ['completed', 'completed'],
      ['failed', 'skipped'],
      ['completed', 'completed'],
    ]);
    expect(siblingsOf(run, 'each.digest', '1')).toEqual(['0', '1', '2']);
  });

  it('take from their first start to their last end', () => {
    expect(spanOf([completed('each.digest', 1, 3), aRunNode('each.shape', { status: 'skipped' })])).toEqual({
      from: later(1),
      to: later(3),
    });
    expect(spanOf([completed('each.digest', 1, 3), aRunNode('each.shape')])).toEqual({
      from: later(1),
      to: null,
    });
  });
});

describe('the report of a run', () => {
  const text = 'A report that is long enough to be read as one, and not just a value.';
  it('is the longest text of its output', () => {
    expect(reportOf({ save: { path: 'report.md' }, report: { text, words: 3 } })).toEqual({
      place: 'report.text',
      text,
    });
    expect(reportOf({ a: `${text} It is longer.`, b: { text } })?.place).toBe('a');
  });
  it('is missing where there are only values', () => {
    expect(reportOf({ count: 3, name: 'tea', list: [text] })).toBeUndefined();
    expect(reportOf(undefined)).toBeUndefined();
  });
});

describe('filters of the list of runs', () => {
  it('live in the address', () => {
    const filters = readFilters(new URLSearchParams('status=failed,dancing,running&pipeline=p1&q=tea'));
    expect(filters).toEqual({ status: ['failed', 'running'], pipelineId: 'p1', q: 'tea' });
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect([isFiltered(filters), isFiltered(readFilters(new URLSearchParams()))]).toEqual([true, false]);
  });

  it('take what they know of an address, and leave out what is no day, no number and no trigger', () => {
    const address =
      'version=3&from=2026-05-04&to=soon&tag=red&minCost=0.5&maxCost=-1&trigger=fork&forkedFrom=r1';
    const filters = readFilters(new URLSearchParams(address));
    expect(filters).toEqual({
      ...{ status: [], version: 3, from: '2026-05-04', tag: 'red', minCost: 0.5 },
      ...{ trigger: 'fork', forkedFrom: 'r1' },
    });
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect(readFilters(new URLSearchParams('trigger=magic'))).toEqual({ status: [] });
  });

  it('ask for whole days, where the reader is', () => {
    const { from, to, status } = queryOf({
      status: ['failed', 'canceled'],
      from: '2026-05-04',
      to: '2026-05-04',
    });
    expect(status).toBe('failed,canceled');
    expect(new Date(String(from))).toEqual(new Date(2026, 4, 4));
    expect(new Date(String(to))).toEqual(new Date(2026, 4, 5));
  });

  it('leave only runs to be restarted that did not complete', () => {
    expect(restartableOf({ status: [], tag: 'red' })).toEqual({
      status: ['failed', 'timed_out', 'canceled'],
      tag: 'red',
    });
    expect(restartableOf({ status: ['completed', 'failed'] })).toEqual({ status: ['failed'] });
    expect(restartableOf({ status: ['completed'] })).toBeNull();
  });
});

describe('activity folded into a list', () => {
  const page = { items: [aRun({ status: 'queued', startedAt: null })], nextCursor: null };
  it('changes the run that it is about', () => {
    const running = foldActivity(page, { runId: RUN_ID, status: 'running', timestamp: later(1) });
    expect(running.items[0]).toMatchObject({ status: 'running', startedAt: later(1), endedAt: null });
    const done = foldActivity(running, { runId: RUN_ID, status: 'completed', timestamp: later(9) });
    expect(done.items[0]).toMatchObject({ status: 'completed', startedAt: later(1), endedAt: later(9) });
    expect(foldActivity(done, { runId: RUN_ID, status: 'running', timestamp: later(10) })).toBe(done);
  });
  it('leaves a page alone that the run is not on', () => {
    expect(foldActivity(page, { runId: 'other', status: 'running', timestamp: later(1) })).toBe(page);
  });
});

describe('the axis of a run that lasts', () => {
  it.each([
    [0, 1],
    [950, 1000],
    [1000, 1500],
    [5_200, 6_000],
    [99_000, 100_000],
  ])('of %d ms has room to grow: %d ms', (length, axis) => expect(roomyLength(length)).toBe(axis));
});
