import { beforeEach, describe, expect, it } from '@jest/globals';

import { PipelineDefinition } from '../../contracts/pipeline.ts';
import type { Run } from '../../contracts/run.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const transform = (id: string, expression: string) => ({ id, type: 'transform', config: { expression } });
const action = (id: string, config: object, more: object = {}) => ({ id, type: 'action', config, ...more });
const store = (name: string, more: object) =>
  house.store.pipelines.insertPipeline(PipelineDefinition.parse({ name, ...more }));
const outputOf = ({ nodes }: Run, id: string) => nodes.find((node) => node.path === id)?.output;

beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
  house.failpoint = () => Promise.resolve();
});

describe('execute_pipeline', () => {
  const endOf = (id: string) =>
    eventually(async () => {
      const run = await house.store.runs.getRun(id, { maxOutputBytes: 1_000_000 });
      if (run.status !== 'completed') throw new Error(`the run is ${run.status}`);
      return run;
    });

  it('starts a run of its own and does not wait for it', async () => {
    await store('greet', {
      inputSchema: {
        type: 'object',
        properties: { name: { type: 'string' }, mark: { type: 'string', default: '!' } },
      },
      nodes: [transform('text', 'input.name & input.mark')],
    });
    const start = action('start', {
      action: 'execute_pipeline',
      pipelineId: 'greet',
      input: { name: '{{ input.who }}' },
    });
    const run = await house.start({ nodes: [start] }, { input: { who: 'Ada' } });
    const { start: started } = (await run.ended()).output as { start: { runId: string } }; // The action's contract.
    const other = await endOf(started.runId);
    expect(other).toMatchObject({
      ...{
        pipelineName: 'greet',
        trigger: 'pipeline',
        input: { name: 'Ada', mark: '!' },
        output: { text: 'Ada!' },
      },
    });
  });

  it('starts it once, however often it is tried', async () => {
    const { id } = await store('once', { nodes: [transform('one', '1')] });
    let failures = 0;
    house.failpoint = (name) => {
      if (name !== 'effect.done' || failures >= 2) return Promise.resolve();
      failures += 1;
      return Promise.reject(new Error('the worker died'));
    };
    const run = await house.start({
      nodes: [action('start', { action: 'execute_pipeline', pipelineId: id })],
    });
    expect((await run.ended()).status).toBe('completed');
    expect(failures).toBe(2);
    const { items } = await house.store.runs.listRuns({ limit: 50, pipelineId: id });
    expect(items).toHaveLength(1);
  });

  it('fails where there is no such pipeline, or its input does not fit', async () => {
    await store('strict', {
      inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
      nodes: [transform('one', '1')],
    });
    const run = await house.start({
      nodes: [
        action('gone', { action: 'execute_pipeline', pipelineId: 'nobody' }, { onError: 'continue' }),
        action('misfit', { action: 'execute_pipeline', pipelineId: 'strict' }, { onError: 'continue' }),
      ],
    });
    const { nodes } = await run.ended();
    expect(nodes.find(({ path }) => path === 'gone')?.error?.type).toBe('NotFound');
    expect(nodes.find(({ path }) => path === 'misfit')?.error).toMatchObject({
      ...{ type: 'InvalidInput', message: 'input.n is missing' },
    });
  });

  it('ends a pipeline that starts itself without end', async () => {
    const nodes = [action('again', { action: 'execute_pipeline', pipelineId: 'endless' })];
    const { id } = await store('endless', { nodes });
    await (await house.start({ nodes })).ended();
    await eventually(async () => {
      const { items } = await house.store.runs.listRuns({ limit: 100, pipelineId: id });
      expect(items.find(({ status }) => status === 'failed')?.error?.type).toBe('LimitExceeded');
      expect(items).toHaveLength(20);
    });
  });
});

describe('call_tool', () => {
  it('has what the tool answers as its output', async () => {
    const run = await house.start(
      {
        nodes: [
          action('six', {
            action: 'call_tool',
            tool: 'calculator',
            arguments: { expression: '{{ input.a }} * 7' },
          }),
          action('get', {
            action: 'call_tool',
            tool: 'http_request',
            arguments: { url: `${house.target.url}/x` },
          }),
          action('write', {
            action: 'call_tool',
            tool: 'write_file',
            arguments: { path: 'a.txt', content: 'hi' },
          }),
          action('read', { action: 'call_tool', tool: 'read_file', arguments: { path: 'a.txt' } }),
        ],
        edges: [{ from: 'write', to: 'read' }],
      },
      { input: { a: 6 } },
    );
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(outputOf(ended, 'six')).toBe('42');
    expect(outputOf(ended, 'get')).toMatchObject({ status: 200, body: 'ok' });
    expect(outputOf(ended, 'read')).toBe('hi');
    expect(house.target.calls[0]?.headers['idempotency-key']).toBe(`${run.id}/get/0`);
  });

  it('fails as the tool fails, and is tried again where that may help', async () => {
    house.target.answer = () => (house.target.calls.length < 2 ? { status: 503 } : { body: 'ok' });
    const retry = { maximumAttempts: 2, initialInterval: '10ms' };
    const run = await house.start({
      nodes: [
        action(
          'get',
          { action: 'call_tool', tool: 'http_request', arguments: { url: house.target.url } },
          { retry },
        ),
        action('wrong', { action: 'call_tool', tool: 'calculator', arguments: {} }, { onError: 'continue' }),
        action('none', { action: 'call_tool', tool: 'nothing' }, { onError: 'continue' }),
      ],
    });
    const ended = await run.ended();
    const errorOf = (id: string) => ended.nodes.find(({ path }) => path === id)?.error;
    expect(ended.nodes.find(({ path }) => path === 'get')).toMatchObject({
      status: 'completed',
      attempts: 2,
    });
    expect(errorOf('wrong')).toMatchObject({ type: 'InvalidInput' });
    expect(errorOf('wrong')?.message).toMatch(/^The arguments of calculator do not fit/);
    expect(errorOf('none')).toEqual({ type: 'NotFound', message: 'There is no tool "nothing"' });
  });
});
