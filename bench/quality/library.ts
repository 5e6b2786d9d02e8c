import { extname } from 'node:path';

import { v7 as uuid } from 'uuid';

import { createEmbedBatches } from '../../activities/document/embed-batches.ts';
import { createParseVersion } from '../../activities/document/parse-version.ts';
import type { FoundChunk } from '../../contracts/knowledge.ts';
import type { SearchKnowledge } from '../../contracts/memory.ts';
import { loadConfig } from '../../platform/config.ts';
import { detectFormat, parseDocument } from '../../platform/documents/index.ts';
import { createEmbedders, type Embedders } from '../../platform/embeddings/index.ts';
import { createLogger } from '../../platform/logger.ts';
import { createChunks } from '../../store/memory/chunks.ts';
import { createDocumentChunks } from '../../store/memory/document-chunks.ts';
import { createDocumentSteps } from '../../store/memory/document-steps.ts';
import { createDocuments } from '../../store/memory/documents.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import { migrate } from '../../store/migrate.ts';
import { openPool, type Pool } from '../../store/pool.ts';
import { startPostgres } from '../../testing/postgres-server.ts';

const HOUSE = { kind: 'house' } as const;
const HEAD_BYTES = 4_096;

/** Documents that were read, cut, embedded and stored by the code that ingests them, on a Postgres of their own; only the engine is missing. */
export interface Library {
  search(input: Pick<SearchKnowledge, 'query' | 'mode' | 'limit' | 'weights'>): Promise<FoundChunk[]>;
  /** Every chunk of a document, in its order. */
  listChunks(name: string): Promise<{ id: string; content: string }[]>;
  close(): Promise<void>;
}

export async function openLibrary(
  documents: ReadonlyMap<string, Buffer>,
  embedders: Embedders = createEmbedders(loadConfig({})),
): Promise<Library> {
  const server = await startPostgres({ durable: false });
  await migrate({ databaseUrl: server.url });
  const pool = await openPool({ databaseUrl: server.url, embedded: false, min: 1, max: 4 });
  const memory = createMemoryStore(pool, { embedders });
  const ids = new Map<string, string>();
  const close = async (): Promise<void> => {
    await pool.end();
    await embedders.close();
    await server.stop();
  };
  try {
    const ingest = createIngest(pool, memory.embedTexts);
    for (const [name, bytes] of documents) ids.set(name, await ingest(name, bytes));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    search: async (input) => (await memory.memorySearch.searchKnowledge(HOUSE, input)).items,
    listChunks: async (name) => {
      const { items } = await createChunks(pool).listChunks(HOUSE, ids.get(name) ?? '', { limit: 200 });
      return items;
    },
  };
}

function createIngest(pool: Pool, embedTexts: ReturnType<typeof createMemoryStore>['embedTexts']) {
  const documents = createDocuments(pool);
  const steps = createDocumentSteps(pool);
  const failpoint = (): Promise<void> => Promise.resolve();
  const parse = createParseVersion({
    ...{ steps, chunks: createDocumentChunks(pool), parse: parseDocument, failpoint },
    logger: createLogger({ part: 'bench', level: 'error' }),
  });
  const embed = createEmbedBatches({ steps, embedTexts, failpoint, clock: { now: () => new Date() } });

  return async (name: string, bytes: Buffer): Promise<string> => {
    const head = bytes.subarray(0, HEAD_BYTES);
    const detected = await detectFormat({ name, head });
    if ('refusal' in detected) throw new Error(`${name} is refused: ${detected.refusal}`);
    const file = { name, bytes, format: detected.format, mediaType: `text/${extname(name).slice(1)}` };
    const by = { id: uuid(), email: 'bench@localhost', requestId: uuid() };
    const { document } = await documents.addDocument(HOUSE, { file, scope: { kind: 'global' } }, by);
    const attempt = {
      ...{ workflowId: document.id, engineRunId: document.id, attempt: 1, scheduledAt: document.createdAt },
      signal: new AbortController().signal,
    };
    let { status } = await parse({ documentId: document.id }, attempt);
    while (status === 'embedding') ({ status } = await embed({ documentId: document.id }, attempt));
    if (status !== 'completed') throw new Error(`${name} is ${status}`);
    return document.id;
  };
}
