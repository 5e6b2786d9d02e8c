import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Run } from '../../contracts/run.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const transform = (id: string, expression: string) => ({ id, type: 'transform', config: { expression } });
const call = (id: string, body: unknown = {}) => ({
  ...{ id, type: 'action' },
  config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}`, body },
});
const sub = (pipelineId: string, input: object = {}, more: object = {}) => ({
  ...{ id: 'sub', type: 'pipeline', config: { pipelineId, input } },
  ...more,
});
const each = (pipelineId: string, items: string, config: object = {}, more: object = {}) => ({
  ...{ id: 'each', type: 'map', config: { items, pipelineId, ...config } },
  ...more,
});
const nodesOf = (run: Run) =>
  Object.fromEntries(run.nodes.map((node) => [`${node.path}/${node.iteration}`, node]));
const never = new Promise<never>(() => undefined);
const DOUBLE = {
  inputSchema: {
    type: 'object',
    properties: { n: { type: 'number' }, by: { type: 'number', default: 2 } },
    required: ['n'],
    additionalProperties: false,
  },
  nodes: [transform('product', 'input.n * input.by')],
};

beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
});

describe('a node of kind pipeline', () => {
  it('runs another pipeline on its input, with the defaults of that, and has its output', async () => {
    const run = await house.start(
      {
        nodes: [
          transform('five', '5'),
          sub('double', { n: '{{ nodes.five }}' }),
          transform('after', 'nodes.sub.product + 1'),
        ],
        edges: [
          { from: 'five', to: 'sub' },
          { from: 'sub', to: 'after' },
        ],
      },
      { pipelines: { double: DOUBLE } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { after: 11 } });
    expect(nodesOf(ended)).toMatchObject({
      'sub/0': { kind: 'pipeline', status: 'completed', output: { product: 10 } },
      'sub.product/0': { kind: 'transform', status: 'completed', output: 10 },
    });
    expect(ended.pipelines).toMatchObject({
      double: { name: 'double', version: 1, definition: { name: 'double' } },
    });
    const node = await house.store.runs.getRunNode(run.id, { path: 'sub', iteration: '0' });
    expect(node.input).toEqual({ n: 5, by: 2 });
  });

  it('sees nothing of what is around it: its input is its own', async () => {
    const inner = {
      nodes: [
        { id: 'begin', type: 'trigger' },
        transform(
          'saw',
          '{ "input": input, "all": $keys(nodes), "visible": $sort($keys($$)), "run": run.pipeline.name }',
        ),
        {
          ...{ id: 'all', type: 'map' },
          config: {
            items: 'input.list',
            pipeline: { nodes: [transform('in', '[input.x, item, index, nodes.begin.x]')] },
          },
        },
      ],
      edges: [{ from: 'begin', to: 'all' }],
    };
    const sees = { nodes: [sub('inner', { x: '{{ item }}', list: [7, 8] })], edges: [] };
    const run = await house.start(
      {
        nodes: [
          transform('outer', '"hidden"'),
          { id: 'many', type: 'map', config: { items: '["a", "b"]', pipeline: sees } },
        ],
        edges: [{ from: 'outer', to: 'many' }],
      },
      { pipelines: { inner }, input: { hidden: true } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed' });
    const saw = (x: string) => ({
      sub: {
        saw: { input: { x, list: [7, 8] }, visible: ['input', 'nodes', 'run'], run: 'test' },
        all: [{ in: [x, 7, 0, x] }, { in: [x, 8, 1, x] }],
      },
    });
    expect(ended.output).toEqual({ many: [saw('a'), saw('b')] });
  });

  it('fails with InvalidInput when its input does not fit, before anything runs', async () => {
    const run = await house.start(
      { nodes: [sub('double', { n: 'five', m: 1 })] },
      { pipelines: { double: DOUBLE } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'InvalidInput', nodeId: 'sub' } });
    expect(ended.error?.message).toMatch(/input\.m is not expected here.*input\.n must be number/);
    expect(ended.nodes.map(({ path }) => path)).toEqual(['sub']);
  });

  it('fails as what is inside fails, and goes on at its error port', async () => {
    house.target.answer = () => ({ status: 404 });
    const pipelines = {
      calls: { nodes: [call('inside'), transform('never', '1')], edges: [{ from: 'inside', to: 'never' }] },
    };
    const run = await house.start(
      {
        nodes: [sub('calls', {}, { onError: 'route' }), transform('caught', 'nodes.sub.type')],
        edges: [{ from: 'sub', to: 'caught', port: 'error' }],
      },
      { pipelines },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { caught: 'NotFound' } });
    expect(nodesOf(ended)).toMatchObject({
      'sub/0': { status: 'failed', error: { type: 'NotFound' } },
      'sub.inside/0': { status: 'failed' },
      'sub.never/0': { status: 'skipped' },
    });
  });

  it('times out by its own timeout, else by that of the other pipeline, and what runs inside is canceled', async () => {
    house.target.answer = () => never;
    const pipelines = { slow: { timeout: '300ms', nodes: [call('hangs')] } };
    const run = await house.start({ nodes: [sub('slow')] }, { pipelines });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'TimedOut', nodeId: 'sub' } });
    expect(nodesOf(ended)).toMatchObject({
      'sub/0': { status: 'failed' },
      'sub.hangs/0': { status: 'canceled' },
    });
  });

  it('nests, gives its agents what they are given, and adds their cost to that of the run', async () => {
    house.model = ({ messages }) => ({
      text: `${JSON.stringify(messages.at(-1)?.content)}!`,
      usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0.25 },
    });
    const ask = { id: 'ask', type: 'agent', config: { agent: 'ada', prompt: 'Say {{ input.word }}' } };
    const pipelines = {
      innermost: { nodes: [ask] },
      middle: { nodes: [sub('innermost', { word: '{{ input.word & "?" }}' })] },
    };
    const run = await house.start(
      { nodes: [sub('middle', { word: '{{ input.word }}' })] },
      { pipelines, agents: { ada: anAgent() }, input: { word: 'hi' } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', costUsd: 0.25 });
    expect(ended.output).toMatchObject({ sub: { sub: { ask: { text: '"Say hi?"!' } } } });
    expect(await run.handle.result()).toEqual({ status: 'completed', costUsd: 0.25 });
  });

  it('goes on after continue-as-new', async () => {
    const nodes = Array.from({ length: 6 }, (_, index) => call(`n${index}`, { step: index }));
    const chain = nodes.slice(1).flatMap((node, index) => [
      { from: `n${index}`, to: `d${index}` },
      { from: `d${index}`, to: node.id },
    ]);
    const delays = nodes
      .slice(1)
      .map((_, index) => ({ id: `d${index}`, type: 'delay', config: { duration: '1ms' } }));
    const run = await house.start(
      { nodes: [sub('chain')] },
      { pipelines: { chain: { nodes: [...nodes, ...delays], edges: chain } }, continueAfterEvents: 20 },
    );
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect(house.target.calls.map(({ path }) => path)).toEqual(nodes.map(({ id }) => `/${id}`));
    const { runId } = await run.handle.describe();
    expect(runId).not.toBe(run.handle.firstExecutionRunId);
  });
});

describe('a map over another pipeline', () => {
  it('gives each item as the input, and keeps the order', async () => {
    const run = await house.start(
      { nodes: [each('double', '[1..5].{ "n": $ }')] },
      { pipelines: { double: DOUBLE } },
    );
    expect((await run.ended()).output).toEqual({ each: [2, 4, 6, 8, 10].map((product) => ({ product })) });
  });

  it('leaves out the items that do not fit, where it goes on without them', async () => {
    const run = await house.start(
      {
        nodes: [
          each('double', '[{ "n": 1 }, { "m": 2 }, { "n": 3, "by": 3 }, "four"]', { onError: 'continue' }),
        ],
      },
      { pipelines: { double: DOUBLE } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed' });
    expect(ended.output).toEqual({ each: [{ product: 2 }, null, { product: 9 }, null] });
  });

  it('fails before anything runs where one does not fit', async () => {
    const pipelines = { calls: { ...DOUBLE, nodes: [call('inside')] } };
    const run = await house.start({ nodes: [each('calls', '[{ "n": 1 }, { "m": 2 }]')] }, { pipelines });
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { type: 'InvalidInput' } });
    expect(house.target.calls).toEqual([]);
  });

  it('leaves out an item that takes longer than the pipeline may', async () => {
    house.target.answer = ({ body }) => (body.includes('2') ? never : { body: 'ok' });
    const pipelines = { slow: { timeout: '600ms', nodes: [call('inside', '{{ input }}')] } };
    const run = await house.start(
      { nodes: [each('slow', '[1, 2, 3]', { onError: 'continue' })] },
      { pipelines },
    );
    const ended = await run.ended();
    expect(ended.output).toMatchObject({ each: [{ inside: {} }, null, { inside: {} }] });
    expect(nodesOf(ended)).toMatchObject({ 'each.inside/1': { status: 'canceled' } });
  });
});

it('a map times out as a whole', async () => {
  house.target.answer = () => never;
  const map = {
    ...{ id: 'each', type: 'map', timeout: '300ms', onError: 'continue' },
    config: { items: '[1, 2]', pipeline: { nodes: [call('in')] }, onError: 'continue' },
  };
  const run = await house.start({ nodes: [map] });
  const ended = await run.ended();
  expect(ended).toMatchObject({ status: 'completed', output: { each: null } });
  expect(nodesOf(ended)).toMatchObject({ 'each/0': { status: 'failed', error: { type: 'TimedOut' } } });
});
