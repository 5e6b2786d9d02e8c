import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { ApprovalSummary } from '../../contracts/approval.ts';
import type { Page } from '../../contracts/page.ts';
import type { Run } from '../../contracts/run.ts';
import { type ApiClient, signIn } from '../../testing/api-client.ts';
import { type HttpTarget, startHttpTarget } from '../../testing/http-target.ts';
import { prepareHouse } from '../../testing/prepare-house.ts';
import { type Product, startProduct } from '../../testing/product.ts';
import { eventually } from '../../testing/test-server.ts';

let target: HttpTarget;
let product: Product;
let failpoints: Server;
/** The API is killed where a signal is stored and not sent. */
let killed: Promise<void> | undefined;
let isArmed = false;

beforeAll(async () => {
  target = await startHttpTarget();
  target.answer = () => ({ body: 'ok' });
  product = await startProduct({
    database: 'pglite',
    env: { OUTBOUND_ALLOW: target.host },
    prepare: async ({ home, env }) => {
      const socket = join(home, 'failpoints.sock');
      failpoints = createServer((request, response) => {
        if (!isArmed || !(request.url ?? '').includes('signal.stored')) {
          response.end('go');
          return;
        }
        isArmed = false;
        killed = product.api.kill9();
      });
      await new Promise<void>((resolve) => failpoints.listen(socket, resolve));
      env['FAILPOINT_SOCKET'] = socket;
      await prepareHouse({ env });
    },
  });
}, 180_000);
afterAll(async () => {
  await product.stop();
  failpoints.closeAllConnections();
  failpoints.close();
  await target.close();
});

const call = (id: string) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${target.url}/${id}` } },
});

const asked = (api: ApiClient, runId: string): Promise<ApprovalSummary> =>
  eventually(async () => {
    const [approval] = (await api.json<Page<ApprovalSummary>>('GET', `/approvals?runId=${runId}`)).items;
    if (approval === undefined) throw new Error('not yet');
    return approval;
  });

it('a decision whose process dies before it has sent the signal is kept, counted once, and the run goes on', async () => {
  const api = await signIn(product.url);
  const { id: pipeline } = await api.json<{ id: string }>('POST', '/pipelines', {
    name: 'asks',
    nodes: [call('before'), { id: 'ask', type: 'human', config: { title: 'Well?' } }, call('after')],
    edges: [
      { from: 'before', to: 'ask' },
      { from: 'ask', to: 'after', port: 'approved' },
    ],
  });
  const { id: runId } = await api.json<{ id: string }>('POST', `/pipelines/${pipeline}/runs`, {});
  const { id } = await asked(api, runId);
  // What waits for people needs no worker.
  await product.worker.restart();

  isArmed = true;
  const decide = () =>
    api.raw('POST', `/approvals/${id}`, { decision: 'approve' }, { 'idempotency-key': 'once' });
  await Promise.allSettled([decide()]);
  await eventually(() => (killed === undefined ? Promise.reject(new Error('not yet')) : Promise.resolve()));
  await killed;
  await product.api.restart();

  const again = await decide();
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  const run = await eventually(async () => {
    const now = await api.json<Run>('GET', `/runs/${runId}?wait=10s`);
    if (now.status !== 'completed') throw new Error(`the run is ${now.status}`);
    return now;
  });
  expect(run.nodes.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['completed', 1],
    ['completed', 1],
    ['completed', 1],
  ]);
  expect(target.calls.map(({ path }) => path)).toEqual(['/before', '/after']);
}, 180_000);
