import { describe, expect, it } from '@jest/globals';

import { NO_USAGE } from '../../../../contracts/model.ts';
import type { Run } from '../../../../contracts/run.ts';
import { aDefinition, aRun, aRunNode, later } from '../../../testing/builders.ts';
import { compareRuns, costOf, tookMs } from './compare-runs.ts';
import { failedNodeOf, forkPlanOf } from './fork-plan.ts';
import { shownRunStatus, shownStatus } from './shown-status.ts';

const completed = (path: string, output: string | number = path) =>
  aRunNode(path, {
    ...{ status: 'completed', attempts: 1, output },
    ...{ startedAt: later(0), endedAt: later(1) },
  });
const ids = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);

/** split → each → enough → report | apology; the report failed. */
const failedAtTheEnd = (): Run =>
  aRun({
    status: 'failed',
    error: { type: 'Unavailable', message: 'gone', nodeId: 'report' },
    nodes: [
      ...['split', 'each', 'enough'].map((id) => completed(id)),
      aRunNode('report', { kind: 'agent', status: 'failed', attempts: 3 }),
      aRunNode('apology', { status: 'skipped' }),
    ],
  });

describe('a fork, before it is made', () => {
  it('takes over what has ended and is not behind the node; the rest runs', () => {
    const plan = forkPlanOf(failedAtTheEnd(), 'enough');
    expect([ids(plan.takenOver), ids(plan.runs)]).toEqual([
      ['split', 'each'],
      ['enough', 'report', 'apology'],
    ]);
    expect(ids(plan.replaceable)).toEqual(['split', 'each']);
    expect(plan.unfinished).toEqual([]);
  });

  it('does not take over what a run was given up at, unless it went on', () => {
    expect(ids(forkPlanOf(failedAtTheEnd(), 'apology').runs)).toEqual(['report', 'apology']);
    const definition = aDefinition();
    const nodes = definition.nodes.map((node) =>
      node.id === 'report' ? { ...node, onError: 'continue' as const } : node,
    );
    const wentOn = { ...failedAtTheEnd(), definition: { ...definition, nodes } };
    expect(ids(forkPlanOf(wentOn, 'apology').takenOver)).toContain('report');
  });

  it('names the nodes that it would have to wait for', () => {
    const run = aRun({ nodes: [completed('split'), aRunNode('each', { kind: 'map', status: 'running' })] });
    expect(ids(forkPlanOf(run, 'enough').unfinished)).toEqual(['each']);
  });

  it('begins at the outermost node that failed, to begin a failed run again', () => {
    expect(failedNodeOf(failedAtTheEnd())).toBe('report');
    const inside = aRunNode('each.digest', { kind: 'agent', status: 'failed', iteration: '2' });
    expect(failedNodeOf(aRun({ status: 'failed', nodes: [inside] }))).toBe('each');
    expect(failedNodeOf(aRun())).toBeUndefined();
  });
});

describe('two runs that are compared', () => {
  it('are set side by side node by node', () => {
    const before = aRun({ nodes: [completed('split', 'a'), completed('each', 1), completed('report', 'x')] });
    const after = aRun({
      nodes: [
        completed('split', 'a'),
        completed('each', 2),
        aRunNode('report', { status: 'failed' }),
        completed('apology'),
      ],
    });
    const differences = compareRuns(before, after).map(({ path, difference }) => [path, difference]);
    expect(Object.fromEntries(differences)).toEqual({
      split: 'same',
      each: 'output',
      report: 'status',
      apology: 'onlyAfter',
    });
  });

  it('cannot be told apart yet where both outputs are too large to be here', () => {
    const large = (bytes: number) =>
      aRun({ nodes: [aRunNode('split', { status: 'completed', outputRef: { bytes } })] });
    expect(compareRuns(large(9), large(9))[0]?.difference).toBe('unknown');
    expect(compareRuns(large(9), large(10))[0]?.difference).toBe('output');
  });

  it('show what an answer cost and how long it took', () => {
    const usage = { ...NO_USAGE, costUsd: 0.25 };
    expect(costOf(aRunNode('report', { output: { text: 'Hi', usage } }))).toBe(0.25);
    expect(costOf(aRunNode('report', { output: 'Hi' }))).toBeUndefined();
    expect(tookMs(completed('split'))).toBe(1000);
    expect(tookMs(aRunNode('split'))).toBeUndefined();
  });
});

describe('a status as it is shown', () => {
  it('tells waiting for a person from waiting for an instant', () => {
    expect(shownStatus({ status: 'waiting', kind: 'human' })).toBe('waiting');
    expect(shownStatus({ status: 'waiting', kind: 'delay' })).toBe('sleeping');
  });

  it('says of a run that it waits only where nothing in it runs', () => {
    const map = aRunNode('each', { kind: 'map', status: 'running' });
    const person = aRunNode('each.ask', { kind: 'human', status: 'waiting' });
    const timer = aRunNode('rest', { kind: 'delay', status: 'waiting' });
    const agent = aRunNode('report', { kind: 'agent', status: 'running' });
    expect(shownRunStatus(aRun({ nodes: [map, person, timer] }))).toBe('waiting');
    expect(shownRunStatus(aRun({ nodes: [timer] }))).toBe('sleeping');
    expect(shownRunStatus(aRun({ nodes: [map, person, agent] }))).toBe('running');
    expect(shownRunStatus(aRun({ status: 'paused', nodes: [person] }))).toBe('paused');
  });
});
