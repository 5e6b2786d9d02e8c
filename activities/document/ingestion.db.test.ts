import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { parseDocument } from '../../platform/documents/index.ts';
import type { Embedder } from '../../platform/embeddings/index.ts';
import { createChunks } from '../../store/memory/chunks.ts';
import { createDocumentChunks } from '../../store/memory/document-chunks.ts';
import { createDocumentSteps } from '../../store/memory/document-steps.ts';
import { createDocuments } from '../../store/memory/documents.ts';
import { createEmbedTexts } from '../../store/memory/embed-texts.ts';
import { createSpaces } from '../../store/memory/spaces.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';
import { type Pool, sql } from '../../store/pool.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { createEmbedBatches } from './embed-batches.ts';
import { createParseVersion } from './parse-version.ts';

const ADA: MemoryViewer = { kind: 'person', id: '01890000-0000-7000-8000-0000000000a1', role: 'operator' };
const by = { id: '01890000-0000-7000-8000-0000000000a1', email: 'ada@example.com', requestId: 'test' };
const quiet = (): undefined => undefined;
const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
const attempt = () => ({
  ...{ workflowId: 'document', engineRunId: 'run', attempt: 1, scheduledAt: new Date(0).toISOString() },
  signal: new AbortController().signal,
});
const passing = (): Promise<void> => Promise.resolve();

/** Sections of so many words that each is a chunk or two of its own. */
const textOf = (sections: readonly string[]): string =>
  sections
    .map((name) => `# ${name}\n\n${`What ${name} says, at length and once more. `.repeat(20)}`)
    .join('\n\n');
const NAMES = Array.from({ length: 60 }, (_, at) => `part${String(at)}`);

describe.each(['postgres', 'pglite'] as const)('a document on %s', (kind) => {
  let pool: Pool;
  withPool(kind, (opened) => {
    pool = opened;
  });
  let asked: { key: string | undefined; texts: readonly string[] }[];
  let refuse: () => Error | undefined;
  let atBatchEmbedded: (key: string) => Promise<void>;
  beforeEach(() => {
    asked = [];
    refuse = () => undefined;
    atBatchEmbedded = passing;
  });

  const embedder: Embedder = {
    model: { provider: 'local', model: 'test' },
    embed: (texts, { idempotencyKey } = {}) => {
      asked.push({ key: idempotencyKey, texts });
      const error = refuse();
      if (error !== undefined) return Promise.reject(error);
      return Promise.resolve(
        texts.map((text) => Array.from({ length: 512 }, (_, at) => (at === text.length % 512 ? 1 : 0))),
      );
    },
  };
  const house = () => {
    const steps = createDocumentSteps(pool);
    const shared = { steps, failpoint: (_: string, key: string) => atBatchEmbedded(key), logger };
    const embedTexts = createEmbedTexts({
      ...{ pool, spaces: createSpaces(pool), embedders: { embedderOf: () => embedder } },
    });
    const parse = createParseVersion({ ...shared, chunks: createDocumentChunks(pool), parse: parseDocument });
    const embed = createEmbedBatches({ ...shared, embedTexts, clock: { now: () => new Date() } });
    const documents = createDocuments(pool);
    return {
      ...{ documents, steps, chunks: createChunks(pool) },
      parse: (documentId: string) => parse({ documentId }, attempt()),
      embed: (documentId: string) => embed({ documentId }, attempt()),
      add: async (text: string, name = 'parts.md') => {
        const file = {
          name,
          format: 'markdown' as const,
          mediaType: 'text/markdown',
          bytes: Buffer.from(text),
        };
        const { document } = await documents.addDocument(ADA, { file, scope: { kind: 'global' } }, by);
        return document;
      },
      replace: (id: string, text: string, name = 'parts.md') =>
        documents.replaceContent(ADA, id, {
          ...{ name, format: 'markdown', mediaType: 'text/markdown', bytes: Buffer.from(text) },
        }),
    };
  };
  const vectorsOf = (id: string) =>
    pool.oneFirst(sql.type(z.object({ count: z.number() }))`
      select count(*) from memory.vectors v join memory.chunks c on c.id = v.unit_id where c.document_id = ${id}`);
  const allTexts = () => asked.flatMap(({ texts }) => texts);
  const own = (): string[] => NAMES.map((name) => `${name} ${uuid()}`);

  it('is read, embedded in batches with keys of their own, and completed', async () => {
    const { add, parse, embed, documents, chunks } = house();
    const { id } = await add(textOf(own()));
    expect((await parse(id)).status).toBe('embedding');
    const parsed = await documents.getDocument(ADA, id);
    expect(parsed.progress).toMatchObject({ embedded: 0 });
    expect((await embed(id)).status).toBe('completed');
    const { progress } = await documents.getDocument(ADA, id);
    expect(progress.embedded).toBe(progress.chunks);
    expect(await vectorsOf(id)).toBe(progress.chunks);
    // Which of those that are under way at the same time asks first is open.
    expect(asked.map(({ key }) => key).toSorted()).toEqual(
      asked.map((_, batch) => `${id}/1/${String(batch)}`).toSorted(),
    );
    expect(new Set(allTexts()).size).toBe(progress.chunks);
    const { items, nextCursor } = await chunks.listChunks(ADA, id, { limit: 5 });
    expect(items.map(({ position, isEmbedded }) => [position, isEmbedded])).toEqual(
      [0, 1, 2, 3, 4].map((at) => [at, true]),
    );
    const rest = await chunks.listChunks(ADA, id, { limit: 2, cursor: nextCursor ?? '' });
    expect(rest.items.map(({ position }) => position)).toEqual([5, 6]);
  });

  it('that is changed has only what changed embedded, and its other chunks keep their ids', async () => {
    const { add, replace, parse, embed, chunks, documents } = house();
    const names = own();
    const { id } = await add(textOf(names));
    await parse(id);
    await embed(id);
    const before = (await chunks.listChunks(ADA, id, { limit: 200 })).items;
    asked = [];
    await replace(id, textOf(names.with(7, `changed ${uuid()}`)));
    await parse(id);
    expect(await embed(id)).toMatchObject({ version: 2, status: 'completed' });
    const after = (await chunks.listChunks(ADA, id, { limit: 200 })).items;
    const kept = after.filter((one) => before.some((other) => other.id === one.id));
    expect(allTexts()).toHaveLength(after.length - kept.length);
    expect(kept.length).toBeGreaterThan(before.length - 5);
    expect(asked.map(({ key }) => key)).toEqual([`${id}/2/0`]);
    expect(await vectorsOf(id)).toBe(after.length);
    expect((await documents.getDocument(ADA, id)).progress).toMatchObject({
      chunks: after.length,
      embedded: after.length,
    });
  });

  it('that has got another name is found by that one, and nothing of it is embedded again', async () => {
    const { add, replace, parse, embed } = house();
    const text = textOf(own());
    const { id } = await add(text, 'walrus.md');
    await parse(id);
    await embed(id);
    const foundBy = (name: string) =>
      pool.oneFirst(sql.type(z.object({ count: z.number() }))`
        select count(*) from memory.chunks where document_id = ${id} and words @@ plainto_tsquery('english', ${name})`);
    const count = await foundBy('walrus');
    expect(count).toBeGreaterThan(0);
    asked = [];
    await replace(id, text, 'ostrich.md');
    expect((await parse(id)).status).toBe('completed');
    expect([await foundBy('walrus'), await foundBy('ostrich'), asked]).toEqual([0, count, []]);
  });

  it('goes on behind the last batch that was stored, with the same batches', async () => {
    const { add, parse, embed, documents } = house();
    const { id } = await add(textOf(own()));
    await parse(id);
    atBatchEmbedded = (key) =>
      key.endsWith('/2') ? Promise.reject(new Error('the worker died')) : passing();
    await expect(embed(id)).rejects.toThrow('the worker died');
    const { progress } = await documents.getDocument(ADA, id);
    expect(progress.embedded).toBeGreaterThan(0);
    const first = asked;
    asked = [];
    atBatchEmbedded = passing;
    expect((await embed(id)).status).toBe('completed');
    for (const { key, texts } of asked) {
      const same = first.find((one) => one.key === key);
      if (same !== undefined) expect(texts).toEqual(same.texts);
    }
    expect(asked.map(({ key }) => key)).not.toContain(`${id}/1/0`);
  });

  it('that is paused is neither read nor embedded until it goes on', async () => {
    const { add, parse, embed, documents } = house();
    const { id } = await add(textOf(own()));
    await documents.pause(ADA, id);
    expect((await parse(id)).status).toBe('paused');
    await documents.resume(ADA, id);
    expect((await parse(id)).status).toBe('embedding');
    atBatchEmbedded = async (key) => {
      if (key.endsWith('/0')) await documents.pause(ADA, id);
    };
    expect((await embed(id)).status).toBe('paused');
    expect((await documents.getDocument(ADA, id)).progress.embedded).toBe(0);
    atBatchEmbedded = passing;
    expect((await documents.resume(ADA, id)).status).toBe('embedding');
    expect((await embed(id)).status).toBe('completed');
    await expect(documents.pause(ADA, id)).rejects.toMatchObject({ type: 'Conflict' });
  });

  it('that is deleted while it is embedded leaves nothing', async () => {
    const { add, parse, embed, documents } = house();
    const { id } = await add(textOf(own()));
    await parse(id);
    atBatchEmbedded = async (key) => {
      if (key.endsWith('/1')) await documents.deleteDocument(ADA, id);
    };
    expect((await embed(id)).status).toBe('deleted');
    const left = await pool.one(sql.type(
      z.object({ chunks: z.number(), pieces: z.number(), vectors: z.number() }),
    )`
      select (select count(*) from memory.chunks where document_id = ${id}) as chunks,
        (select count(*) from memory.document_pieces where document_id = ${id}) as pieces,
        (select count(*) from memory.vectors v where v.source = 'knowledge' and not exists (select from memory.chunks c where c.id = v.unit_id)) as vectors`);
    expect(left).toEqual({ chunks: 0, pieces: 0, vectors: 0 });
  });

  it('that the embedder refuses has failed with the reason, and is tried again when asked', async () => {
    const { add, parse, embed, documents } = house();
    const { id } = await add(textOf(own()));
    await parse(id);
    refuse = () => new GatheringFailure('InvalidInput', 'The text is too long for this model.');
    expect((await embed(id)).status).toBe('failed');
    expect((await documents.getDocument(ADA, id)).error).toEqual({
      ...{ type: 'InvalidInput', message: 'The text is too long for this model.' },
    });
    refuse = () => undefined;
    expect((await documents.retry(ADA, id)).status).toBe('embedding');
    expect((await embed(id)).status).toBe('completed');
    expect((await documents.getDocument(ADA, id)).error).toBeNull();
  });

  it('waits for an embedder that is away for as long as it asks, and has failed when that does not end', async () => {
    const { add, parse, embed } = house();
    const { id } = await add(textOf(own()));
    await parse(id);
    refuse = () => new GatheringFailure('Unavailable', 'Too many requests.', { retryAfterMs: 7_000 });
    await expect(embed(id)).rejects.toMatchObject({ type: 'Unavailable', retryAfterMs: 7_000 });
    for (let count = 2; count < 15; count += 1)
      await expect(embed(id)).rejects.toMatchObject({ type: 'Unavailable' });
    expect((await embed(id)).status).toBe('failed');
  });

  it('that cannot be read has failed with the reason', async () => {
    const { add, parse, documents } = house();
    const { id } = await add(` \n \n${' '.repeat(Math.ceil(Math.random() * 1_000))}`, 'empty.md');
    expect((await parse(id)).status).toBe('failed');
    expect((await documents.getDocument(ADA, id)).error?.message).toEqual(expect.any(String));
  });

  it('is the one that is there where its content is there already', async () => {
    const { add } = house();
    const text = textOf(own());
    const [first, second] = await Promise.all([add(text), add(text)]);
    expect(second.id).toBe(first.id);
  });
});
