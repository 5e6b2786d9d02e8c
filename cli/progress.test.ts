import { stripVTControlCharacters } from 'node:util';

import { expect, it } from '@jest/globals';

import type { Json } from '../contracts/json.ts';
import { createProgress } from './progress.ts';

/** The lines of a run whose events come a second apart. */
function linesOf(...events: [type: string, particulars: Record<string, Json>][]): (string | null)[] {
  const progress = createProgress();
  return events.map(([type, particulars], index) => {
    const timestamp = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    const line = progress({
      type,
      channel: 'runs/1',
      sequence: index + 1,
      data: { ...particulars, timestamp },
    });
    return line === null ? null : stripVTControlCharacters(line);
  });
}

const node = { nodeId: 'post', path: 'post', iteration: '0', kind: 'action' };

it('says how long a node took and which branch it chose', () => {
  const [, completed] = linesOf(['node.started', node], ['node.completed', { ...node, port: 'true' }]);
  expect(completed).toBe('✓ post                     1.0 s → true');
});

it('tells the items of a map apart', () => {
  const item = { nodeId: 'digest', path: 'each.digest', iteration: '3', kind: 'agent' };
  expect(linesOf(['node.started', item])).toEqual(['◌ each.digest #3           agent']);
});

it('says why a node is tried again, and when', () => {
  const error = { type: 'Unavailable', message: 'HTTP 503' };
  expect(linesOf(['node.retrying', { ...node, attempt: 1, delayMs: 2000, error }])).toEqual([
    '↻ post                     attempt 2 in 2.0 s: HTTP 503',
  ]);
});

it('says why a run failed', () => {
  const error = { type: 'Unavailable', message: 'HTTP 503', nodeId: 'post' };
  expect(linesOf(['run.started', {}], ['run.failed', { error }])[1]).toBe('failed after 1.0 s: HTTP 503');
});

it('is silent about events that a newer server may know', () => {
  expect(linesOf(['node.dreamed', node])).toEqual([null]);
});

it('says what people are asked, how to answer, and what they answer', () => {
  const asked = { nodeId: 'ask', path: 'ask', iteration: '0', kind: 'human', approvalId: '7' };
  expect(
    linesOf(
      ['node.waiting', asked],
      ['approval.requested', { ...asked, title: 'Publish?' }],
      ['approval.decided', { ...asked, by: 'ada@example.com', decision: 'approve', comment: 'Fine' }],
    ),
  ).toEqual([
    '◔ ask                      waits for people',
    '  Publish?\n  gathering approve 7',
    '  ada@example.com: approve, Fine',
  ]);
});
