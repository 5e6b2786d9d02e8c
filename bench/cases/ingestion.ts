import { setTimeout as sleep } from 'node:timers/promises';

import type { Chunk, KnowledgeDocument } from '../../contracts/knowledge.ts';
import type { Page } from '../../contracts/page.ts';
import { embeddedTextOf } from '../../platform/documents/embedded-text.ts';
import { createEmbedders, LOCAL_MODEL } from '../../platform/embeddings/index.ts';
import type { ApiClient } from '../../testing/api-client.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format } from '../statistics.ts';

const BAR = 0.8;
const SECTIONS = 400;
/** As the worker asks it: so many texts at once, and two requests at a time. */
const BATCH = 24;
const LOOK_EVERY_MS = 100;
const WORDS =
  'harbour ledger turbine meadow signal granite voyage lantern archive copper orchard glacier compass bridge engine violet marble'.split(
    ' ',
  );

/** Chunks a second of a large document, from its upload until it is completed, against what the local model does by itself. */
export async function ingestion({ api, kind }: Stage): Promise<Finding[]> {
  // The worker's model is loaded, as it is in a house that has run for a while.
  await ingest(api, text('warm', 3));
  const { chunks, seconds } = await ingest(api, text('measured', SECTIONS));
  const own = await embedAlone(chunks.map(embeddedTextOf));
  const share = chunks.length / seconds / (chunks.length / own);
  return [
    {
      what: `ingestion of ${String(chunks.length)} chunks ÷ the local embedder's own (${kind})`,
      bar: `≥ ${String(BAR)}`,
      measured: `${format(share, 2)} (${format(chunks.length / seconds, 1)} and ${format(chunks.length / own, 1)} chunks/s)`,
      met: share >= BAR,
    },
  ];
}

/** Sections that each are about a chunk, of which none is like another. */
function text(name: string, sections: number): string {
  const sentence = (at: number): string =>
    `${String(at)} ${Array.from({ length: 12 }, (_, word) => WORDS[(at * 7 + word * (at % 5) + word) % WORDS.length] ?? '').join(' ')}.`;
  return Array.from(
    { length: sections },
    (_, at) =>
      `# ${name} ${String(at)}\n\n${Array.from({ length: 8 }, (__, line) => sentence(at * 8 + line)).join(' ')}`,
  ).join('\n\n');
}

async function ingest(api: ApiClient, content: string): Promise<{ chunks: Chunk[]; seconds: number }> {
  const body = new FormData();
  body.set('file', new Blob([content]), 'measured.md');
  const begin = performance.now();
  const response = await fetch(`${api.url}/api/knowledge/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}` },
    body,
  });
  const { id } = (await response.json()) as KnowledgeDocument; // The API's contract.
  for (let status = 'queued'; status !== 'completed';) {
    await sleep(LOOK_EVERY_MS);
    const document = await api.json<KnowledgeDocument>('GET', `/knowledge/documents/${id}`);
    if (document.error !== null) throw new Error(document.error.message);
    ({ status } = document);
  }
  const seconds = (performance.now() - begin) / 1_000;
  return { chunks: await listChunks(api, id), seconds };
}

async function listChunks(api: ApiClient, id: string): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Page<Chunk> = await api.json('GET', `/knowledge/documents/${id}/chunks?limit=200${query}`);
    chunks.push(...page.items);
    cursor = page.nextCursor;
  }
  return chunks;
}

/** Seconds that the model takes for the same texts in this process, with nothing to do beside. */
async function embedAlone(texts: readonly string[]): Promise<number> {
  const embedders = createEmbedders({});
  try {
    const embedder = embedders.embedderOf(LOCAL_MODEL);
    await embedder.embed(['The model is loaded by this.']);
    const begin = performance.now();
    for (let from = 0; from < texts.length; from += 2 * BATCH)
      await Promise.all([
        embedder.embed(texts.slice(from, from + BATCH)),
        embedder.embed(texts.slice(from + BATCH, from + 2 * BATCH)),
      ]);
    return (performance.now() - begin) / 1_000;
  } finally {
    await embedders.close();
  }
}
