import { beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';

import { BreakerState } from '../../contracts/breaker.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();
let id: string;

beforeAll(async () => {
  const call = (name: string, more: object = {}) => ({
    ...{ id: name, type: 'action', config: { action: 'call_api', url: 'http://target.example' }, ...more },
  });
  const circuitBreaker = { failureThreshold: 2, recoveryTime: '1 minute' };
  const each = {
    ...{ id: 'each', type: 'map' },
    config: { items: '[1]', pipeline: { nodes: [call('inner', { circuitBreaker })] } },
  };
  const definition = { name: 'guarded', nodes: [call('outer', { circuitBreaker }), call('other'), each] };
  ({ id } = await api.as.editor.json<{ id: string }>('POST', '/pipelines', definition));
});

const list = async (): Promise<BreakerState[]> => {
  const { items } = await api.as.viewer.json<{ items: unknown[] }>('GET', '/pipelines/guarded/breakers');
  return items.map((item) => BreakerState.parse(item));
};
const fail = (path: string): Promise<unknown> => {
  const breaker = { pipelineId: id, path, failureThreshold: 2, recoveryMs: 60_000, leaseMs: 1_000 };
  return api.pool.query(sql.type(z.object({}))`
    select pipeline.note_failure(${JSON.stringify(breaker)}::json, 'key', 'Unavailable', clock_timestamp())`);
};
const closed = { state: 'closed', failures: 0, openedAt: null, trialAt: null };

it('lists the breakers of every node that has one, those inside of maps too', async () => {
  expect(await list()).toEqual([
    { nodeId: 'each.inner', ...closed },
    { nodeId: 'outer', ...closed },
  ]);
});

it('shows that one is open and from when on a trial is made, until somebody closes it', async () => {
  await fail('outer');
  expect((await list())[1]).toMatchObject({ state: 'closed', failures: 1 });
  await fail('outer');
  const open = (await list())[1];
  expect(open).toMatchObject({ nodeId: 'outer', state: 'open', failures: 2 });
  expect(Date.parse(open?.trialAt ?? '') - Date.parse(open?.openedAt ?? '')).toBe(60_000);
  const reset = (): Promise<unknown> =>
    api.as.operator.json('POST', '/pipelines/guarded/breakers/outer/reset');
  expect([await reset(), await reset()]).toEqual([
    { nodeId: 'outer', ...closed },
    { nodeId: 'outer', ...closed },
  ]);
  expect((await list())[1]).toEqual({ nodeId: 'outer', ...closed });
});

it('knows no breaker of a node that has none, and none of no pipeline', async () => {
  const post = async (path: string) => (await api.as.operator.raw('POST', `/pipelines/${path}/reset`)).status;
  expect(await post('guarded/breakers/other')).toBe(404);
  expect(await post('nobody/breakers/outer')).toBe(404);
  expect((await api.as.viewer.raw('GET', '/pipelines/nobody/breakers')).status).toBe(404);
});

it('goes with its pipeline', async () => {
  await fail('outer');
  const { revision } = await api.store.pipelines.getPipeline(id);
  await api.as.editor.raw('DELETE', `/pipelines/${id}`, undefined, { 'if-match': `"${revision}"` });
  expect(await api.store.breakers.listBreakers(id)).toEqual([]);
});
