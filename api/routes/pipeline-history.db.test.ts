import { beforeAll, describe, expect, it } from '@jest/globals';

import { Pipeline } from '../../contracts/pipeline.ts';
import { PipelineDiff } from '../../contracts/pipeline-diff.ts';
import { Problem } from '../../contracts/problem.ts';
import { withApi } from '../../testing/api-server.ts';
import { compute, edge, pipeline } from '../../testing/pipeline-parts.ts';

const api = withApi();
const first = pipeline([compute('a'), compute('b')], [edge('a', 'b')], { name: 'evolving' });
const second = pipeline([compute('a', '2'), compute('c')], [edge('a', 'c')], { name: 'evolving' });

const get = async (): Promise<Pipeline> =>
  Pipeline.parse(await api.as.viewer.json('GET', '/pipelines/evolving'));
const restore = (version: number, headers: Record<string, string> = {}): Promise<Response> =>
  api.as.editor.raw('POST', `/pipelines/evolving/versions/${version}/restore`, undefined, headers);
const diff = async (before: number | 'draft', after: number | 'draft'): Promise<PipelineDiff> =>
  PipelineDiff.parse(await api.as.viewer.json('GET', `/pipelines/evolving/versions/${before}/diff/${after}`));

beforeAll(async () => {
  await api.as.editor.json('POST', '/pipelines', first);
  await api.as.editor.json('PUT', '/pipelines/evolving', second, { 'if-match': '*' });
});

describe('versions', () => {
  it('are compared with one another and with the draft', async () => {
    expect(await diff(1, 'draft')).toMatchObject({
      ...{ before: 1, after: 'draft', identical: false },
      nodes: { added: [{ id: 'c' }], removed: [{ id: 'b' }], changed: [{ id: 'a' }] },
    });
    await api.as.editor.json('POST', '/pipelines/evolving/publish');
    expect(await diff(2, 'draft')).toMatchObject({ identical: true });
    for (const path of ['1/diff/9', 'x/diff/draft'])
      expect((await api.as.viewer.raw('GET', `/pipelines/evolving/versions/${path}`)).status).toBe(404);
  });

  it('are rolled back to, as a new version, once, by who saw the last state', async () => {
    const { revision, publishedVersion } = await get();
    expect((await restore(1)).status).toBe(428);
    expect((await restore(1, { 'if-match': '"1"' })).status).toBe(412);
    expect((await restore(9, { 'if-match': '*' })).status).toBe(404);
    const headers = { 'if-match': `"${revision}"`, 'idempotency-key': 'back' };
    const restored = await restore(1, headers);
    expect([restored.status, restored.headers.get('etag')]).toEqual([200, `"${revision + 1}"`]);
    expect(await diff(1, 'draft')).toMatchObject({ identical: true });
    expect(await diff(1, publishedVersion + 1)).toMatchObject({ identical: true });
    expect((await restore(1, headers)).headers.get('idempotency-replayed')).toBe('true');
    expect((await get()).publishedVersion).toBe(publishedVersion + 1);
  });

  it('are not rolled back to where they would be refused now', async () => {
    const asks = { id: 'ask', type: 'agent', config: { agent: 'Guest', prompt: 'Hello' } };
    const guest = { name: 'Guest', role: 'r', provider: 'demo', model: 'demo' };
    await api.as.editor.json('POST', '/agents', guest);
    await api.as.editor.json(
      'PUT',
      '/pipelines/evolving',
      { ...first, nodes: [asks], edges: [] },
      { 'if-match': '*' },
    );
    const { publishedVersion } = Pipeline.parse(
      await api.as.editor.json('POST', '/pipelines/evolving/publish'),
    );
    await api.as.editor.raw('DELETE', '/agents/Guest', undefined, { 'if-match': '*' });
    const refused = await restore(publishedVersion, { 'if-match': '*' });
    expect([refused.status, Problem.parse(await refused.json()).errors.map(({ nodeId }) => nodeId)]).toEqual([
      422,
      ['ask'],
    ]);
  });

  it('are not rolled back to under a name that another pipeline has by now', async () => {
    await api.as.editor.json(
      'PUT',
      '/pipelines/evolving',
      { ...first, name: 'renamed' },
      { 'if-match': '*' },
    );
    await api.as.editor.json('POST', '/pipelines', { ...first });
    const response = await api.as.editor.raw('POST', '/pipelines/renamed/versions/1/restore', undefined, {
      'if-match': '*',
    });
    expect(response.status).toBe(409);
  });
});

it('was never wrong', () => {
  expect(api.complaints).toEqual([]);
});
