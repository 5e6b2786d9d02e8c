import { describe, expect, it } from '@jest/globals';

import { aRun, later, RUN_ID } from '../../../testing/builders.ts';
import {
  discussionsOf,
  foldRun,
  foldTexts,
  mergeRetries,
  retriesOf,
  type RunMessage,
  textsOfNode,
  type TurnTexts,
  waitsOf,
} from './live.ts';

let sequence = 2;
const tell = (type: string, data: Record<string, unknown> = {}, at = 1): RunMessage => ({
  type,
  sequence: ++sequence,
  data: { ...data, timestamp: later(at) },
});
const node = (path: string, more: Record<string, unknown> = {}) => ({
  nodeId: path.split('.').at(-1),
  path,
  iteration: '0',
  kind: 'agent',
  ...more,
});
function foldedNode(path: string, iteration: string, ...messages: RunMessage[]) {
  return foldRun(aRun(), messages).nodes.find((row) => row.path === path && row.iteration === iteration);
}
const fresh = () => {
  sequence = 2;
};

describe('events folded into a run', () => {
  it('take a node from pending to completed', () => {
    fresh();
    const row = foldedNode(
      'report',
      '0',
      tell('node.started', node('report')),
      tell('node.completed', node('report', { output: { text: 'Hi' }, port: 'default' }), 4),
    );
    expect(row).toMatchObject({
      status: 'completed',
      attempts: 1,
      startedAt: later(1),
      endedAt: later(4),
      output: { text: 'Hi' },
    });
  });

  it('add the nodes of a map item by item', () => {
    fresh();
    const run = foldRun(aRun(), [
      tell('node.started', node('each', { kind: 'map', items: 3 })),
      tell('node.started', node('each.digest', { iteration: '0' })),
      tell('node.started', node('each.digest', { iteration: '1' })),
    ]);
    expect(run.nodes.filter((row) => row.path === 'each.digest').map((row) => row.iteration)).toEqual([
      '0',
      '1',
    ]);
    expect(run.nodes.find((row) => row.path === 'each')?.items).toBe(3);
  });

  it('change nothing when they are known already', () => {
    fresh();
    const started = tell('node.started', node('report'));
    const once = foldRun(aRun(), [started]);
    expect(foldRun(once, [started])).toBe(once);
  });

  it('never change what has ended', () => {
    fresh();
    const row = foldedNode(
      'report',
      '0',
      tell('node.failed', node('report', { error: { type: 'Unavailable', message: 'gone' } })),
      tell('node.completed', node('report', { output: 1 })),
    );
    expect(row).toMatchObject({ status: 'failed', error: { type: 'Unavailable' } });
    const ended = foldRun(aRun(), [tell('run.canceled', {}, 9), tell('run.completed', { output: {} }, 10)]);
    expect(ended).toMatchObject({ status: 'canceled', endedAt: later(9) });
    expect(ended.output).toBeUndefined();
  });

  it('count attempts, and drop the error of an attempt once the next one has succeeded', () => {
    fresh();
    const error = { type: 'Unavailable', message: '503' };
    const messages = [
      tell('node.started', node('report')),
      tell('node.retrying', node('report', { attempt: 1, delayMs: 1000, error })),
      tell('node.completed', node('report', { output: 1 })),
    ];
    expect(foldedNode('report', '0', ...messages.slice(0, 2))).toMatchObject({
      status: 'running',
      attempts: 2,
      error,
    });
    const done = foldedNode('report', '0', ...messages);
    expect(done).toMatchObject({ status: 'completed', attempts: 2 });
    expect(done?.error).toBeUndefined();
  });

  it('leave a skipped node without times and attempts', () => {
    fresh();
    expect(foldedNode('apology', '0', tell('node.skipped', node('apology')))).toMatchObject({
      status: 'skipped',
      attempts: 0,
      startedAt: null,
    });
  });

  it('end the run with its output or its error', () => {
    fresh();
    expect(foldRun(aRun(), [tell('run.completed', { output: { report: 'x' } }, 5)])).toMatchObject({
      status: 'completed',
      output: { report: 'x' },
      endedAt: later(5),
    });
    fresh();
    const error = { type: 'InvalidInput', message: 'no', nodeId: 'split' };
    expect(foldRun(aRun(), [tell('run.failed', { error }, 5)])).toMatchObject({ status: 'failed', error });
  });

  it('pause a run and let it go on, as what it was', () => {
    fresh();
    const paused = tell('run.paused', { status: 'paused' }, 3);
    expect(foldRun(aRun(), [paused]).status).toBe('paused');
    expect(foldRun(aRun(), [paused, tell('run.resumed', { status: 'running' }, 4)]).status).toBe('running');
    fresh();
    const queued = aRun({ status: 'queued', startedAt: null });
    const early = [tell('run.paused', { status: 'paused' }, 3), tell('run.started', {}, 4)];
    expect(foldRun(queued, early).status).toBe('paused');
    expect(foldRun(queued, [...early, tell('run.resumed', { status: 'queued' }, 5)]).status).toBe('queued');
  });

  it('let a node wait, and tell until when', () => {
    fresh();
    const until = later(60);
    const waiting = tell('node.waiting', node('rest', { kind: 'delay', until }), 2);
    expect(foldedNode('rest', '0', waiting)).toMatchObject({ status: 'waiting', startedAt: later(2) });
    expect(waitsOf([waiting])).toEqual([{ path: 'rest', iteration: '0', until }]);
  });

  it('tell in which conversation a circle discusses', () => {
    fresh();
    const started = tell('node.started', node('talk', { kind: 'circle', conversationId: 'c1' }), 2);
    expect(discussionsOf([started, tell('node.started', node('report'), 2)])).toEqual([
      { path: 'talk', iteration: '0', conversationId: 'c1' },
    ]);
  });

  it('pass over events that a newer server tells', () => {
    fresh();
    const run = aRun();
    expect(
      foldRun(run, [tell('node.dreamt', node('report')), tell('node.started', { path: 3 })]).nodes,
    ).toEqual(run.nodes);
  });
});

const turn = (type: string, data: Record<string, unknown>): RunMessage => ({
  type,
  data: { turnId: `${RUN_ID}/report/0/model.1`, attempt: 1, path: 'report', iteration: '0', ...data },
});
const textOf = (texts: TurnTexts) => textsOfNode(texts, 'report', '0').map((written) => written.text);

describe('streamed text', () => {
  it('grows by deltas after a snapshot, whatever overlaps', () => {
    const texts = foldTexts({}, [
      turn('turn.snapshot', { text: 'The quick' }),
      turn('turn.delta', { offset: 4, text: 'quick' }),
      turn('turn.delta', { offset: 6, text: 'ick brown' }),
      turn('turn.delta', { offset: 15, text: ' fox' }),
    ]);
    expect(textOf(texts)).toEqual(['The quick brown fox']);
  });

  it('begins anew with a later attempt, and an earlier one is ignored from then on', () => {
    const texts = foldTexts({}, [
      turn('turn.delta', { offset: 0, text: 'wrong' }),
      turn('turn.delta', { attempt: 2, offset: 0, text: 'right' }),
      turn('turn.delta', { offset: 5, text: ' way' }),
    ]);
    expect(textOf(texts)).toEqual(['right']);
  });

  it('shows where a piece was lost and goes on', () => {
    const texts = foldTexts({}, [
      turn('turn.delta', { offset: 0, text: 'abc' }),
      turn('turn.delta', { offset: 9, text: 'xyz' }),
      turn('turn.delta', { offset: 12, text: '!' }),
    ]);
    expect(textOf(texts)).toEqual(['abc … xyz!']);
  });

  it('keeps the model calls of a turn apart and in order', () => {
    const call = (step: number, text: string) =>
      turn('turn.delta', { turnId: `${RUN_ID}/report/0/model.${step}`, offset: 0, text });
    expect(textOf(foldTexts({}, [call(10, 'last'), call(2, 'second'), call(1, 'first')]))).toEqual([
      'first',
      'second',
      'last',
    ]);
  });

  it('stays the same object where no text came', () => {
    const texts = {};
    expect(foldTexts(texts, [tell('node.started', node('report'))])).toBe(texts);
  });
});

describe('retries', () => {
  it('are told once, with the wait before the next attempt', () => {
    const retrying = tell(
      'node.retrying',
      node('report', { attempt: 1, delayMs: 1000, error: { type: 'Unavailable', message: '503' } }),
      3,
    );
    const told = retriesOf([tell('node.started', node('report')), retrying]);
    expect(told).toEqual([
      {
        path: 'report',
        iteration: '0',
        attempt: 1,
        failedAt: later(3),
        delayMs: 1000,
        error: { type: 'Unavailable', message: '503' },
      },
    ]);
    expect(mergeRetries(told, retriesOf([retrying]))).toEqual(told);
  });
});
