import { setTimeout as sleep } from 'node:timers/promises';

import type { EmbeddingModels } from '../../contracts/embedding.ts';
import type { Chunk, KnowledgeDocument } from '../../contracts/knowledge.ts';
import { ADMIN, signIn } from '../../testing/api-client.ts';
import type { Product } from '../../testing/product.ts';
import { eventually } from '../../testing/test-server.ts';
import type { Failpoint, FailpointController } from '../failpoints.ts';
import { type PatientClient, patientClient } from '../patient-client.ts';
import { watchProgress } from './progress.ts';

/** A kill, and how long it took until work on the document went on: it is read again, or the next batch is stored. */
export interface Recovery {
  what: string;
  /** Since the kill, and since the process was there again. */
  sinceKillMs: number;
  sinceRestartMs: number;
}

export interface PlayedDocument {
  document: KnowledgeDocument;
  chunks: readonly Chunk[];
  recoveries: readonly Recovery[];
  faults: readonly string[];
  tookMs: number;
}

interface Blow {
  part: 'worker' | 'api' | 'database' | 'temporal';
  /** Where the worker is killed; absent: wherever it is. */
  at?: Failpoint;
}

const BLOWS: readonly Blow[] = [
  { part: 'worker', at: 'batch.embedded' },
  { part: 'api' },
  { part: 'worker', at: 'batch.stored' },
  { part: 'database' },
  { part: 'worker' },
  { part: 'temporal' },
];
const PATIENCE_MS = 180_000;

/** Uploads a document into a house and disturbs the house while it is read and embedded, evenly over all of its progress. */
export async function playDocument(
  house: Product,
  { traps, bytes, kills }: { traps: FailpointController; bytes: Buffer; kills: number },
): Promise<PlayedDocument> {
  const client = await patientClient(house.url);
  await changeModel(client);
  console.log('the model is changed; uploading');
  const begin = performance.now();
  const parsing = strike(house, traps, { part: 'worker', at: 'document.parsed' });
  const { id } = await upload(house.url, bytes);
  const progress = watchProgress(client, id);
  const recoveries: Recovery[] = [];
  const recover = async (struck: Promise<Struck>): Promise<void> => {
    const { what, killedMs, restartedMs } = await struck;
    console.log(`${what}: killed and started again`);
    const wentOnMs = await progress.wentOn(progress.updatedAt, killedMs);
    recoveries.push({
      what,
      sinceKillMs: wentOnMs - killedMs,
      sinceRestartMs: Math.max(0, wentOnMs - restartedMs),
    });
  };
  try {
    await recover(parsing);
    for (let count = 1; count < kills; count += 1) {
      await progress.share(count / (kills + 1));
      if (progress.isOver) break;
      await recover(strike(house, traps, BLOWS[(count - 1) % BLOWS.length] ?? { part: 'worker' }));
    }
    await progress.end();
  } finally {
    progress.stop();
  }
  const tookMs = performance.now() - begin;
  const document = await client.json<KnowledgeDocument>('GET', `/knowledge/documents/${id}`);
  return { document, chunks: await listChunks(client, id), recoveries, faults: progress.faults, tookMs };
}

/** The counting embedder becomes the house's; there is nothing to be embedded anew yet. */
async function changeModel(client: PatientClient): Promise<void> {
  const model = { provider: 'openai-compatible', model: 'counting' };
  await client.json('POST', '/embeddings/change', model);
  await eventually(async () => {
    const { spaces } = await client.json<EmbeddingModels>('GET', '/embeddings');
    if (!spaces.some((space) => space.model === 'counting' && space.status === 'active'))
      throw new Error('the model is not changed yet');
  }, PATIENCE_MS);
}

function upload(url: string, bytes: Buffer): Promise<KnowledgeDocument> {
  return eventually(async () => {
    const { token } = await signIn(url, ADMIN);
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'thousand-pages.pdf');
    const response = await fetch(`${url}/api/knowledge/documents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'thousand-pages' },
      body,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${String(response.status)} ${text}`);
    return JSON.parse(text) as KnowledgeDocument; // The API's contract.
  }, PATIENCE_MS);
}

interface Struck {
  what: string;
  killedMs: number;
  restartedMs: number;
}

async function strike(house: Product, traps: FailpointController, { part, at }: Blow): Promise<Struck> {
  let killedMs = 0;
  const kill = async (): Promise<void> => {
    await house[part].kill9();
    killedMs = performance.now();
    await house[part].restart();
  };
  if (at === undefined) await kill();
  else await traps.arm(at, kill);
  return { what: at === undefined ? part : `${part} at ${at}`, killedMs, restartedMs: performance.now() };
}

async function listChunks(client: PatientClient, id: string): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: { items: Chunk[]; nextCursor: string | null } = await client.json(
      'GET',
      `/knowledge/documents/${id}/chunks?limit=200${query}`,
    );
    chunks.push(...page.items);
    cursor = page.nextCursor;
    await sleep(0);
  }
  return chunks;
}
