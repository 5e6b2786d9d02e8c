import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Pipeline, PipelineValidation } from '../../contracts/pipeline.ts';
import { Problem } from '../../contracts/problem.ts';
import { Run, type RunStarted } from '../../contracts/run.ts';
import { withApi } from '../../testing/api-server.ts';
import { ask, compute, pipeline } from '../../testing/pipeline-parts.ts';

const api = withApi();

const runs = (pipelineId: string, more: object = {}) => ({
  ...{ id: 'sub', type: 'pipeline', config: { pipelineId, ...more } },
});
const named = (name: string, nodes: unknown[]) => pipeline(nodes, [], { name });
const make = (name: string, nodes: unknown[]) =>
  api.as.editor.json<Pipeline>('POST', '/pipelines', named(name, nodes));
const change = (id: string, definition: object) =>
  api.as.editor.raw('PUT', `/pipelines/${id}`, definition, { 'if-match': '*' });
const publish = (id: string) => api.as.editor.raw('POST', `/pipelines/${id}/publish`);
const start = (name: string) => api.as.operator.raw('POST', `/pipelines/${name}/runs`, {});
const refusalOf = async (response: Response) => {
  const { status, errors } = Problem.parse(await response.json());
  return [status, ...errors.map(({ path, message }) => `${path}: ${message}`)];
};

beforeAll(async () => {
  await make('inner', [compute('one')]);
  await make('outer', [runs('inner')]);
});

describe('a pipeline that runs another one', () => {
  it('is refused where that is not there: when it is checked, stored, changed and published', async () => {
    const definition = named('lonely', [runs('nobody')]);
    const expected = 'nodes[0].config.pipelineId: There is no pipeline "nobody": make it first';
    const checked = await api.as.viewer.json<PipelineValidation>('POST', '/pipelines/validate', definition);
    expect(checked.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([expected]);
    expect(await refusalOf(await api.as.editor.raw('POST', '/pipelines', definition))).toEqual([
      422,
      expected,
    ]);
    const { id } = await make('lonely', [compute('one')]);
    expect(await refusalOf(await change(id, definition))).toEqual([422, expected]);

    const { id: gone } = await make('nobody', [compute('one')]);
    expect((await change(id, definition)).status).toBe(200);
    expect(
      (await api.as.editor.raw('DELETE', `/pipelines/${gone}`, undefined, { 'if-match': '*' })).status,
    ).toBe(204);
    expect(await refusalOf(await publish(id))).toEqual([422, expected]);
  });

  it('is refused where it would contain itself, under whichever name', async () => {
    const { id } = await api.as.editor.json<Pipeline>('GET', '/pipelines/inner');
    const closing = 'nodes[0].config.pipelineId: The pipeline would contain itself: inner → outer → inner';
    expect(await refusalOf(await change(id, named('inner', [runs('outer')])))).toEqual([422, closing]);
    const own = 'nodes[0].config.pipelineId: The pipeline would contain itself: inner → inner';
    expect(await refusalOf(await change(id, named('renamed', [runs(id, { version: 1 })])))).toEqual([
      422,
      own,
    ]);
  });

  it('is not started where what it runs is gone by now', async () => {
    const { id } = await make('passing', [compute('one')]);
    await make('needs passing', [runs('passing')]);
    await api.as.editor.raw('DELETE', `/pipelines/${id}`, undefined, { 'if-match': '*' });
    expect(await refusalOf(await start('needs passing'))).toEqual([
      ...[422, 'nodes[0].config.pipelineId: There is no pipeline "passing": make it first'],
    ]);
  });

  it('is not started where an agent of the other one is gone by now', async () => {
    const agent = { name: 'Helper', role: 'helper', provider: 'demo', model: 'demo', instructions: 'Help.' };
    const { id } = await api.as.editor.json<{ id: string }>('POST', '/agents', agent);
    await make('asks', [ask('asks', { agent: 'Helper' })]);
    await make('lets ask', [runs('asks')]);
    expect((await start('lets ask')).status).toBe(202);
    await api.as.editor.raw('DELETE', `/agents/${id}`, undefined, { 'if-match': '*' });
    expect(await refusalOf(await start('lets ask'))).toEqual([
      ...[
        422,
        'nodes[0].config.pipelineId: There is no agent "Helper". It is needed by the pipeline "asks".',
      ],
    ]);
  });
});

describe('a run', () => {
  it('keeps the versions that it was started with', async () => {
    const { id } = await make('growing', [compute('one', '1')]);
    await make('uses growing', [runs('growing'), { ...runs('growing', { version: 1 }), id: 'first' }]);
    const startAndGet = async () => {
      const { id: runId } = await api.as.operator.json<RunStarted>(
        'POST',
        '/pipelines/uses growing/runs',
        {},
      );
      return Run.parse(await api.as.viewer.json('GET', `/runs/${runId}`));
    };
    const before = await startAndGet();
    await change(id, named('growing', [compute('two', '2')]));
    await publish(id);
    const after = await startAndGet();
    const versionsOf = ({ pipelines }: Run) =>
      Object.entries(pipelines).map(([key, { version, definition }]) => [
        key,
        version,
        definition.nodes[0]?.id,
      ]);
    const first = ['growing@1', 1, 'one'];
    expect(versionsOf(before)).toEqual([['growing', 1, 'one'], first]);
    expect(versionsOf(after)).toEqual([['growing', 2, 'two'], first]);
    expect(versionsOf(Run.parse(await api.as.viewer.json('GET', `/runs/${before.id}`)))).toEqual(
      versionsOf(before),
    );
  });
});

describe('an action', () => {
  const action = (config: object) => named('acts', [{ id: 'act', type: 'action', config }]);
  const problemsOf = async (config: object) => {
    const checked = await api.as.viewer.json<PipelineValidation>(
      'POST',
      '/pipelines/validate',
      action(config),
    );
    return checked.problems.map(({ path, message }) => `${path}: ${message}`);
  };

  it('starts pipelines that there are, itself too', async () => {
    const starts = (pipelineId: string) => problemsOf({ action: 'execute_pipeline', pipelineId });
    expect(await starts('inner')).toEqual([]);
    expect(await starts('acts')).toEqual([]);
    expect(await starts('nobody at all')).toEqual([
      'nodes[0].config.pipelineId: There is no pipeline "nobody at all": make it first',
    ]);
  });

  it('calls tools that there are, and hands secrets to no other run', async () => {
    expect(
      await problemsOf({ action: 'call_tool', tool: 'calculator', arguments: { expression: '1' } }),
    ).toEqual([]);
    const [missing] = await problemsOf({ action: 'call_tool', tool: 'magic' });
    expect(missing).toMatch(
      /^nodes\[0\]\.config\.tool: There is no tool "magic": known are current_time, calculator/,
    );
    const [secret] = await problemsOf({
      ...{ action: 'execute_pipeline', pipelineId: 'inner', input: { key: '{{ secrets.KEY }}' } },
    });
    expect(secret).toMatch(/^nodes\[0\]\.config\.input\.key: reads secrets\.KEY/);
  });
});
