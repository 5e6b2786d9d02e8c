import { expect, it } from '@jest/globals';

import type { PlanNode } from '../../contracts/plan.ts';
import { detailsOf, type RunView } from './details-of.ts';

const node = (id: string, kind: PlanNode['kind'], more: Partial<PlanNode> = {}): PlanNode => ({
  ...{ id, kind, pure: false, onError: 'fail', timeoutMs: 1000, ...more },
});
const post = node('post', 'action');
const map = { concurrency: 10, onError: 'fail', graph: { nodes: [post], edges: [] } } as const;
const nodes = [
  node('ask', 'agent', { name: 'Ask the researcher' }),
  node('each', 'map', { map }),
  node('review', 'human', { human: { onTimeout: 'fail', approvers: ['role:editor', 'ada@example.com'] } }),
  node('anybody', 'human', { human: { onTimeout: 'fail' } }),
  node('wait', 'delay'),
];
const place = { path: ['each'], indexes: [] };

const view = (more: Partial<RunView> = {}): RunView => ({
  input: { pipelineName: 'digest', pipelineVersion: 3, plan: { nodes, edges: [] } },
  ...{ paused: false, costUsd: 0, running: [], scopes: [], maps: [], ...more },
});

it('says what runs, with names and kinds, and items of maps by where they are', () => {
  const text = detailsOf(view({ running: ['ask/0', 'each/0', 'each.post/7', 'segment./0'] }));
  expect(text).toBe(
    '**digest** v3: 0 of 5 nodes decided\n\n**Runs**\n\n- `ask/0` Ask the researcher: agent\n- `each.post/7`: action',
  );
});

it('says how far maps are, those that run in child workflows, too', () => {
  const state = { count: 900, next: 40, live: [38, 39], failed: [3] };
  expect(detailsOf(view({ maps: [{ place, state }] }))).toContain(
    '- `each`: map, 40 of 900 items begun, 2 run, 1 failed',
  );
  const big = { ...state, childSize: 500, live: [], children: [{ from: 0 }, { from: 500 }] };
  expect(detailsOf(view({ maps: [{ place, state: big }] }))).toContain('2 child workflows run');
});

it('says what waits: for whom, and until when', () => {
  const waits = new Map([['wait/0', Date.parse('2027-01-31T08:00:00Z')]]);
  const text = detailsOf(view({ running: ['review/0', 'anybody/0', 'wait/0'], waits }));
  expect(text).toMatch(/\*\*Waits\*\*\n\n- `review\/0`: for role:editor, ada@example\.com\n/);
  expect(text).toContain('- `anybody/0`: for whoever may answer approvals');
  expect(text).toContain('- `wait/0`: for its time until 2027-01-31T08:00:00.000Z');
  expect(text).not.toContain('**Runs**');
});

it('says what has failed and how the run goes on, whether it is paused, and what it has cost', () => {
  const outcomes = [{ id: 'ask', status: 'failed', port: 'error' }] as const;
  const items = [{ id: 'post', status: 'failed' }] as const;
  const scopes = [
    { scope: { path: [], indexes: [] }, outcomes },
    { scope: { path: ['each'], indexes: [4] }, outcomes: items },
  ];
  const text = detailsOf(view({ paused: true, costUsd: 0.01234, scopes }));
  expect(text).toContain('1 of 5 nodes decided, $0.0123, **paused**');
  expect(text).toContain('- `ask/0` Ask the researcher: agent, the run goes on by "error"');
  expect(text).toContain('- `each.post/4`: action');
});

it('stays short, however much runs', () => {
  const running = Array.from({ length: 1000 }, (_, index) => `each.post/${index}`);
  const text = detailsOf(view({ running }));
  expect(text).toContain('- and 980 more');
  expect(text.length).toBeLessThan(1000);
});
