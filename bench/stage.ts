import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import pg from 'pg';

import type { ProviderServer } from '../activities/model/wire/provider-server.ts';
import { startProviderServer } from '../activities/model/wire/provider-server.ts';
import { spawnGuarded } from '../cli/start/guarded-process.ts';
import type { ApiClient } from '../testing/api-client.ts';
import { signIn } from '../testing/api-client.ts';
import { prepareHouse } from '../testing/prepare-house.ts';
import type { Product } from '../testing/product.ts';
import { startProduct } from '../testing/product.ts';
import type { TargetServer } from './target-server.ts';
import { startTarget } from './target-server.ts';

/** The product and, on the same servers, a hand-written worker to compare it with. */
export interface Stage {
  kind: 'postgres' | 'pglite';
  product: Product;
  api: ApiClient;
  temporal: Client;
  pool: pg.Pool;
  target: TargetServer;
  /** What the models of agents with the provider `openai-compatible` are served by. */
  provider: ProviderServer;
  close(): Promise<void>;
}

export async function openStage(kind: Stage['kind']): Promise<Stage> {
  const target = await startTarget();
  const provider = await startProviderServer();
  const product = await startProduct({
    database: kind,
    env: {
      ...{ OUTBOUND_ALLOW: target.address, RATE_LIMIT_ENABLED: 'false' },
      OPENAI_COMPATIBLE_BASE_URL: `${provider.url}/v1`,
    },
    prepare: prepareHouse,
    onLine: (part, line) => process.stderr.write(line.includes('"error"') ? `${part} ${line}\n` : ''),
  });
  const pool = new pg.Pool({ connectionString: product.database.url, max: 4 });
  await pool.query('create schema if not exists bench');
  await pool.query(
    'create table if not exists bench.rows (run text, step integer, status integer, body jsonb, primary key (run, step))',
  );
  const baseline = await startBaseline(product);
  const connection = await Connection.connect({ address: product.temporal.url });
  const api = await signIn(product.url);
  return {
    kind,
    product,
    api,
    temporal: new Client({ connection }),
    pool,
    target,
    provider,
    close: async () => {
      await baseline.stop();
      await connection.close();
      await pool.end();
      await product.stop();
      target.close();
      await provider.close();
    },
  };
}

async function startBaseline(product: Product): Promise<{ stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gathering-baseline-'));
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve(import.meta.dirname, 'baseline/workflows.ts'),
  });
  const bundle = join(folder, 'bundle.js');
  await writeFile(bundle, code);
  const worker = await spawnGuarded({
    command: process.execPath,
    args: [resolve(import.meta.dirname, 'baseline/worker-main.ts')],
    env: { ...product.env, BASELINE_BUNDLE: bundle },
  });
  let log = '';
  await new Promise<void>((ready, fail) => {
    worker.child.stderr?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
    worker.child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('worker ready')) ready();
    });
    void worker.exited.then(() => fail(new Error(`The hand-written worker ended:\n${log}`)));
  });
  return {
    stop: async () => {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
