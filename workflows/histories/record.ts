/**
 * `npm run record-histories`: runs pipelines and conversations of every shape on the whole product and keeps their histories (Temporal's `History`, in protobuf's
 * binary form) beside this file. A history that
 * is there stays as it is: it stands for runs that older programs have started.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

import { workflowIdOf } from '../../contracts/place.ts';
import { type ApiClient, signIn } from '../../testing/api-client.ts';
import { prepareHouse } from '../../testing/prepare-house.ts';
import { startProduct } from '../../testing/product.ts';
import { eventually } from '../../testing/test-server.ts';
import { CONVERSATIONS } from './conversation-shapes.ts';
import { MEMORIES } from './memory-shapes.ts';
import { SHAPES } from './shapes.ts';

const ENDED = ['completed', 'failed', 'canceled', 'timed_out'];

const product = await startProduct({ database: 'pglite', prepare: prepareHouse });
try {
  const api = await signIn(product.url);
  const connection = await Connection.connect({ address: product.temporal.url });
  const temporal = new Client({ connection });
  const seeded = await api.json<{ items: { id: string; name: string }[] }>('GET', '/pipelines');
  const digest = seeded.items.find(({ name }) => name === 'document-digest')?.id ?? '';
  const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  await keep('document-digest', () => start(api, digest, { text: readme }));
  for (const [name, { definition, cancel, pause }] of Object.entries(SHAPES)) {
    await keep(name, async () => {
      const { id } = await api.json<{ id: string }>('POST', '/pipelines', { name, ...definition });
      const run = await start(api, id, {});
      if (cancel === true || pause === true) await begun(api, run);
      if (cancel === true) await api.json('POST', `/runs/${run}/cancel`);
      if (pause === true) {
        await api.json('POST', `/runs/${run}/pause`);
        await temporal.workflow.getHandle(workflowIdOf.pipelineRun(run)).query('getRunState');
        await api.json('POST', `/runs/${run}/resume`);
      }
      return run;
    });
  }
  for (const [name, play] of Object.entries(CONVERSATIONS)) {
    if (existsSync(fileOf(name))) continue;
    const id = await play(api);
    await keepHistory(name, temporal.workflow.getHandle(workflowIdOf.conversation(id)));
  }
  for (const [name, play] of Object.entries(MEMORIES)) {
    if (existsSync(fileOf(name))) continue;
    const workflow = temporal.workflow.getHandle(await play(api));
    // What wakes it is delivered a moment later.
    await eventually(() => workflow.result(), 60_000);
    await keepHistory(name, workflow);
  }
  await connection.close();

  async function keep(name: string, startRun: () => Promise<string>): Promise<void> {
    if (existsSync(fileOf(name))) return;
    const { workflowId } = await ended(api, await startRun());
    const workflow = temporal.workflow.getHandle(workflowId);
    await workflow.result().catch(() => undefined); // However it ends, it has its last event then.
    await keepHistory(name, workflow);
  }
} finally {
  await product.stop();
}

function fileOf(name: string): string {
  return resolve(import.meta.dirname, `${name}.binpb`);
}

async function keepHistory(name: string, workflow: WorkflowHandle): Promise<void> {
  const history = await workflow.fetchHistory();
  await writeFile(fileOf(name), proto.temporal.api.history.v1.History.encode(history).finish());
  process.stdout.write(`${name}: ${String(history.events?.length)} events\n`);
}

async function start(api: ApiClient, pipeline: string, input: object): Promise<string> {
  return (await api.json<{ id: string }>('POST', `/pipelines/${pipeline}/runs`, { input })).id;
}

/** What has not begun would be canceled without its workflow. */
async function begun(api: ApiClient, id: string): Promise<void> {
  await eventually(async () => {
    const { status } = await api.json<{ status: string }>('GET', `/runs/${id}`);
    if (status === 'queued') throw new Error('it has not begun');
  });
}

async function ended(api: ApiClient, id: string): Promise<{ status: string; workflowId: string }> {
  for (;;) {
    const run = await api.json<{ status: string; workflowId: string }>('GET', `/runs/${id}?wait=30s`);
    if (ENDED.includes(run.status)) return run;
  }
}
