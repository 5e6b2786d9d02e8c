import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { Problem } from '../../contracts/problem.ts';
import { Run, RunStarted } from '../../contracts/run.ts';
import { json } from '../../store/json.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const api = withApi();
const temporal = withTemporal();
const nothing = z.object({});

const definition = {
  name: 'digest',
  inputSchema: {
    type: 'object',
    properties: { text: { type: 'string', minLength: 1 }, size: { type: 'integer', default: 7 } },
    required: ['text'],
    additionalProperties: false,
  },
  nodes: [
    { id: 'one', type: 'transform', config: { expression: 'input.text' } },
    { id: 'two', type: 'transform', config: { expression: 'nodes.one' } },
  ],
  edges: [{ from: 'one', to: 'two' }],
};
const agentPipeline = (agent: string) => ({
  name: `with ${agent}`,
  nodes: [
    {
      id: 'each',
      type: 'map',
      config: {
        items: '[1]',
        pipeline: { nodes: [{ id: 'ask', type: 'agent', config: { agent, prompt: 'Hello' } }], edges: [] },
      },
    },
  ],
});

const start = (body: object, headers?: Record<string, string>): Promise<Response> =>
  api.as.operator.raw('POST', '/pipelines/digest/runs', body, headers);
const started = async (response: Response): Promise<RunStarted> => {
  expect(response.status).toBe(202);
  return RunStarted.parse(await response.json());
};
const problemsOf = async (response: Response): Promise<Problem> => Problem.parse(await response.json());
const close = (id: string, status: string): Promise<unknown> =>
  api.pool.query(sql.type(nothing)`
    select pipeline.close_run(${id}, ${status}, array['two'], null, ${json([])})`);

beforeAll(async () => {
  await api.as.editor.json('POST', '/pipelines', definition);
  for (const [name, provider] of [
    ['Here', 'demo'],
    ['Away', 'openai'],
  ]) {
    await api.as.editor.json('POST', '/agents', { name, role: 'Answers', provider, model: 'm' });
  }
});

describe('starting a run', () => {
  it('accepts it, shows it at once, and starts one workflow', async () => {
    const run = await started(await start({ input: { text: 'hello' } }, { 'x-request-id': 'request 7' }));
    expect(run).toMatchObject({ status: 'queued', workflowId: `pipeline-run:${run.id}` });
    const shown = Run.parse(await api.as.viewer.json('GET', `/runs/${run.id}`));
    expect(shown).toMatchObject({
      status: 'queued',
      input: { text: 'hello', size: 7 },
      pipelineName: 'digest',
      pipelineVersion: 1,
      trigger: 'api',
      sequence: 1,
      nodes: [
        { id: 'one', status: 'pending', attempts: 0 },
        { id: 'two', status: 'pending', attempts: 0 },
      ],
    });
    // Accepted is what is stored; the workflow is started right after.
    const workflow = await eventually(() =>
      temporal.current.client.workflow.getHandle(run.workflowId).describe(),
    );
    expect(workflow).toMatchObject({ type: 'pipelineWorkflow', memo: { requestId: 'request 7' } });
    expect(workflow.typedSearchAttributes.getAll()).toEqual(
      expect.arrayContaining([
        { key: { name: 'GatheringPipeline', type: 'KEYWORD' }, value: 'digest' },
        { key: { name: 'GatheringTrigger', type: 'KEYWORD' }, value: 'api' },
      ]),
    );
  });

  it('takes no body for an empty input', async () => {
    await api.as.editor.json('POST', '/pipelines', { ...definition, name: 'free', inputSchema: undefined });
    await started(await api.as.operator.raw('POST', '/pipelines/free/runs'));
  });

  it('starts one run for one key, however many ask at once', async () => {
    const body = { input: { text: 'same' } };
    const ask = (): Promise<Response> => start(body, { 'idempotency-key': 'one' });
    const responses = await Promise.all([ask(), ask(), ask(), ask()]);
    const runs = await Promise.all(responses.map(started));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(responses.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(3);
    expect((await start({ input: { text: 'other' } }, { 'idempotency-key': 'one' })).status).toBe(409);
  });

  it('gives the run of a key also when its pipeline has changed since, or is gone', async () => {
    const first = { ...definition, name: 'changing', inputSchema: undefined };
    const { id } = await api.as.editor.json<{ id: string }>('POST', '/pipelines', first);
    const ask = (body: object): Promise<Response> =>
      api.as.operator.raw('POST', `/pipelines/${id}/runs`, body, { 'idempotency-key': 'changing' });
    const run = await started(await ask({ input: { size: 'L' } }));
    const replayed = async (): Promise<void> => {
      const response = await ask({ input: { size: 'L' } });
      expect(response.headers.get('idempotency-replayed')).toBe('true');
      expect((await started(response)).id).toBe(run.id);
      expect((await ask({ input: { size: 'M' } })).status).toBe(409);
    };
    await api.as.editor.json(
      'PUT',
      `/pipelines/${id}`,
      { ...definition, name: 'changing' },
      { 'if-match': '*' },
    );
    await api.as.editor.json('POST', `/pipelines/${id}/publish`);
    await replayed();
    await api.as.editor.raw('DELETE', `/pipelines/${id}`, undefined, { 'if-match': '*' });
    await replayed();
  });

  it('refuses an input that does not fit, saying where', async () => {
    const response = await start({ input: { text: '', size: 'x', extra: 1 } });
    expect(response.status).toBe(422);
    const { errors } = await problemsOf(response);
    expect(errors.map(({ path }) => path).sort()).toEqual(['input.extra', 'input.size', 'input.text']);
    expect((await start({ inputs: {} })).status).toBe(422);
    expect((await start({ input: { text: 'x' }, version: 2 })).status).toBe(404);
    expect((await start({ input: { text: 'x' }, version: 2 ** 40 })).status).toBe(422);
  });

  it('pins the agents, and fails at once where one cannot answer', async () => {
    await api.as.editor.json('POST', '/pipelines', agentPipeline('Here'));
    await started(await api.as.operator.raw('POST', '/pipelines/with%20Here/runs'));
    await api.as.editor.json('POST', '/pipelines', agentPipeline('Away'));
    const away = await api.as.operator.raw('POST', '/pipelines/with%20Away/runs');
    expect(away.status).toBe(422);
    expect((await problemsOf(away)).errors).toEqual([
      {
        path: 'nodes[0].config.pipeline.nodes[0].config.agent',
        nodeId: 'ask',
        message: 'The agent "Away" cannot answer. Set OPENAI_API_KEY to use the provider "openai".',
      },
    ]);
    await api.as.editor.raw('DELETE', '/agents/Here', undefined, { 'if-match': '*' });
    expect((await api.as.operator.raw('POST', '/pipelines/with%20Here/runs')).status).toBe(422);
  });

  it('keeps the version that it began with, and uses a published one only', async () => {
    const changed = { ...definition, name: 'evolving' };
    await api.as.editor.json('POST', '/pipelines', changed);
    const draft = { ...changed, description: 'second' };
    await api.as.editor.json('PUT', '/pipelines/evolving', draft, { 'if-match': '*' });
    const ask = async (body: object): Promise<Run> => {
      const { id } = await api.as.operator.json<RunStarted>('POST', '/pipelines/evolving/runs', body);
      return Run.parse(await api.as.viewer.json('GET', `/runs/${id}`));
    };
    expect((await ask({ input: { text: 'x' } })).pipelineVersion).toBe(1);
    await api.as.editor.json('POST', '/pipelines/evolving/publish');
    expect(await ask({ input: { text: 'x' } })).toMatchObject({
      pipelineVersion: 2,
      definition: { description: 'second' },
    });
    expect(await ask({ input: { text: 'x' }, version: 1 })).toMatchObject({
      pipelineVersion: 1,
      definition: { description: '' },
    });
  });
});

describe('waiting for a run', () => {
  it('answers as soon as it has ended', async () => {
    const { id } = await started(await start({ input: { text: 'wait' } }));
    const begin = performance.now();
    const answer = api.as.viewer.json('GET', `/runs/${id}?wait=30s`);
    await close(id, 'completed');
    expect(Run.parse(await answer).status).toBe('completed');
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(Run.parse(await api.as.viewer.json('GET', `/runs/${id}?wait=30s`)).status).toBe('completed');
  });

  it('answers with the present state when the time is up', async () => {
    const { id } = await started(await start({ input: { text: 'wait' } }));
    expect(Run.parse(await api.as.viewer.json('GET', `/runs/${id}?wait=200ms`)).status).toBe('queued');
    expect((await api.as.viewer.raw('GET', `/runs/${id}?wait=soon`)).status).toBe(422);
  });
});

describe('a run', () => {
  it('tells its events from any point, oldest first', async () => {
    const { id } = await started(await start({ input: { text: 'events' } }));
    await close(id, 'failed');
    const read = (query: string) =>
      api.as.viewer.json<{ items: { type: string }[]; nextCursor: string | null }>(
        'GET',
        `/runs/${id}/events?${query}`,
      );
    expect((await read('after=0')).items.map(({ type }) => type)).toEqual(['run.queued', 'run.failed']);
    expect(await read('after=0&limit=1')).toMatchObject({ items: [{ sequence: 1 }], nextCursor: '1' });
    expect(await read('after=1')).toMatchObject({ items: [{ sequence: 2 }], nextCursor: null });
    expect((await api.as.viewer.raw('GET', `/runs/${id}/events?after=-1`)).status).toBe(422);
  });

  it('is found by status and words', async () => {
    const { id } = await started(await start({ input: { text: 'not any more' } }));
    await close(id, 'canceled');
    const page = await api.as.viewer.json<{ items: { status: string }[] }>(
      'GET',
      '/runs?status=failed,canceled&q=DIG&limit=5',
    );
    expect(page.items.map(({ status }) => status).sort()).toEqual(['canceled', 'failed']);
  });
});

describe('files of a run', () => {
  it('are listed and read as text, and nothing outside of its folder is', async () => {
    const { id } = await started(await start({ input: { text: 'files' } }));
    expect(await api.as.viewer.json('GET', `/runs/${id}/files`)).toEqual({ items: [], nextCursor: null });
    const folder = join(api.home, 'runs', id);
    await mkdir(join(folder, 'notes'), { recursive: true });
    await writeFile(join(folder, 'notes', 'r é.md'), '# Répôrt');
    await writeFile(join(folder, 'page.html'), '<script>alert(1)</script>');
    await writeFile(join(api.home, 'secret.key'), 'key');
    await symlink(join(api.home, 'secret.key'), join(folder, 'link'));
    expect(await api.as.viewer.json('GET', `/runs/${id}/files`)).toMatchObject({
      items: [{ path: 'notes/r é.md', bytes: 10 }, { path: 'page.html' }],
    });
    const file = await api.as.viewer.raw('GET', `/runs/${id}/files/notes/${encodeURIComponent('r é.md')}`);
    expect([file.headers.get('content-type'), await file.text()]).toEqual([
      'text/plain; charset=utf-8',
      '# Répôrt',
    ]);
    const page = await api.as.viewer.raw('GET', `/runs/${id}/files/page.html`);
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    for (const path of [
      'none.md',
      '..%2f..%2fsecret.key',
      '%2e%2e/%2e%2e/secret.key',
      'notes',
      'link',
      '%00',
      'a%5c..%5cb',
    ]) {
      const response = await api.as.viewer.raw('GET', `/runs/${id}/files/${path}`);
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
});

it('was never wrong', () => {
  expect(api.complaints).toEqual([]);
});
