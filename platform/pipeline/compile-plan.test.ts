import { expect, it } from '@jest/globals';

import type { Agent } from '../../contracts/agent.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { ask, call, choose, compute, each, edge, merge, pipeline } from '../../testing/pipeline-parts.ts';
import { compilePlan } from './compile-plan.ts';

const EDITOR: Agent = {
  id: '0199a0a0-0000-7000-8000-000000000001',
  name: 'editor',
  role: 'Editor',
  persona: null,
  provider: 'demo',
  model: 'demo',
  personality: { traits: [], tone: '', style: '' },
  instructions: '',
  tools: [],
  approveTools: [],
  memoryScopes: [],
  limits: { maxSteps: 3, maxTokens: 1_000, maxCostUsd: 1, maxSeconds: 90 },
  version: 1,
  createdAt: '2025-01-01T00:00:00.000Z',
  updatedAt: '2025-01-01T00:00:00.000Z',
};
const AGENTS = new Map([['editor', EDITOR]]);
const planOf = (...parts: Parameters<typeof pipeline>) =>
  compilePlan(PipelineDefinition.parse(pipeline(...parts)), AGENTS);

it('plans each kind with its times in milliseconds', () => {
  const plan = planOf(
    [
      compute('a', '1', { name: 'a' }),
      choose('b', { name: 'Enough?' }),
      ask('c', {}),
      ask('d', {}, { timeout: '2 minutes', onError: 'route' }),
      call('e', {}),
      call('f', {}, { timeout: '500ms', onError: 'continue' }),
    ],
    [],
    { timeout: '10 minutes' },
  );
  expect(plan.nodes).toEqual([
    { id: 'a', kind: 'transform', pure: true, onError: 'fail', timeoutMs: 60_000 },
    { id: 'b', name: 'Enough?', kind: 'condition', pure: true, onError: 'fail', timeoutMs: 60_000 },
    { id: 'c', kind: 'agent', pure: false, onError: 'fail', timeoutMs: 90_000, limits: EDITOR.limits },
    { id: 'd', kind: 'agent', pure: false, onError: 'route', timeoutMs: 120_000, limits: EDITOR.limits },
    { id: 'e', kind: 'action', pure: false, onError: 'fail', timeoutMs: 30_000 },
    { id: 'f', kind: 'action', pure: false, onError: 'continue', timeoutMs: 500 },
  ]);
});

it('plans what a merge waits for', () => {
  const plan = planOf(
    [merge('a'), merge('b', { mode: 'first', count: 2 }), merge('c', { mode: 'quorum', count: 2 })],
    [edge('a', 'b'), edge('a', 'c', 'default')],
  );
  expect(plan.nodes.map((node) => node.merge)).toEqual([
    { mode: 'all' },
    { mode: 'first' },
    { mode: 'quorum', count: 2 },
  ]);
  expect(plan.edges).toEqual([
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c', port: 'default' },
  ]);
});

it('plans the graph inside a map', () => {
  const plan = planOf([each('m', [ask('x', {}), compute('y')], [edge('x', 'y')])], [], { timeout: '1 hour' });
  expect(plan.nodes).toEqual([
    {
      id: 'm',
      kind: 'map',
      pure: false,
      onError: 'fail',
      timeoutMs: 3_600_000,
      map: {
        concurrency: 10,
        onError: 'fail',
        graph: {
          nodes: [
            expect.objectContaining({ id: 'x', limits: EDITOR.limits }),
            expect.objectContaining({ id: 'y', pure: true }),
          ],
          edges: [{ from: 'x', to: 'y' }],
        },
      },
    },
  ]);
});

it('holds no expression and no prompt, so that none gets into history', () => {
  const plan = planOf([
    compute('a', '"kept out"'),
    ask('b', { prompt: 'kept out' }),
    each('m', [compute('x', '"kept out"')]),
  ]);
  expect(JSON.stringify(plan)).not.toContain('kept out');
});

it('names every node whose agent is gone', () => {
  const compile = () => planOf([ask('a', { agent: 'bob' }), each('m', [ask('x', { agent: 'eve' })])]);
  expect(compile).toThrow(GatheringFailure);
  expect(compile).toThrow(
    expect.objectContaining({
      type: 'InvalidInput',
      problems: [
        expect.objectContaining({ path: 'nodes[0].config.agent', nodeId: 'a' }),
        expect.objectContaining({ path: 'nodes[1].config.pipeline.nodes[0].config.agent', nodeId: 'x' }),
      ],
    }),
  );
});
