import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { EVERYWHERE, type MemorySearchResult, SearchMemories } from '../../contracts/memory.ts';
import { seededRandom } from '../../platform/expression/seeded-random.ts';
import { withPool } from '../../testing/shared-servers.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { createMemorySearch, type SearchDependencies } from './search.ts';
import type { Space } from './spaces.ts';
import { type MemoryViewer, withinWalls } from './walls.ts';

const Nothing = z.object({});
const DIMENSIONS = 24;
const ADA = '01890000-0000-7000-8000-0000000000a1';
const BOB = '01890000-0000-7000-8000-0000000000b1';
const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** Two scopes and the one of everything; people as audiences need no rows of their own. */
const CIRCLE = '01890000-0000-7000-8000-0000000000c1';
const AGENT = '01890000-0000-7000-8000-0000000000e1';

interface Row {
  number: number;
  scope: 'global' | 'circle' | 'agent';
  audience: string;
  content: string;
  tags: string[];
  embedding: number[];
}

const random = seededRandom('search');
const pick = <T>(...choices: [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0];
const vector = (): number[] => Array.from({ length: DIMENSIONS }, () => random() * 2 - 1);

/** Enough for an index to have something to miss. */
const ROWS: readonly Row[] = Array.from({ length: 600 }, (_, number) => ({
  number,
  scope: pick('global', 'global', 'circle', 'agent'),
  audience: pick(EVERYWHERE, EVERYWHERE, ADA, ADA, BOB),
  content: `Everybody knows note ${String(number)} of ${pick('winter', 'summer', 'spring')}, kept in ${pick('boxes', 'drawers')}.`,
  tags: random() < 0.05 ? ["rare, 5 % 'so'", 'b'] : [],
  embedding: vector(),
}));
const SCOPE_IDS = { global: EVERYWHERE, circle: CIRCLE, agent: AGENT };

async function fill(pool: Pool): Promise<Space> {
  const space = await pool.one(sql.type(z.custom<Space>())`
    select s.id, s.provider, s.model, s.dimensions from memory.active_space('local', 'test', ${DIMENSIONS}) s`);
  const rows = ROWS.map(({ number, scope, audience, content, tags, embedding }) => ({
    ...{
      id: idOf(number),
      scope,
      scope_id: SCOPE_IDS[scope],
      audience,
      content,
      tags,
      embedding: JSON.stringify(embedding),
    },
  }));
  await pool.query(sql.type(Nothing)`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json)
        as g (id uuid, scope text, scope_id uuid, audience uuid, content text, tags json, embedding text)
    ), kept as (
      insert into memory.memories (id, chain, kind, scope_kind, scope_id, audience, content, tags, author_kind, author_name)
      select g.id, g.id, 'fact', g.scope, g.scope_id, g.audience, g.content, array(select json_array_elements_text(g.tags)), 'house', 'house'
      from given g
    )
    insert into memory.vectors (space, dimensions, source, unit_id, scope_id, audience, embedding)
    select ${space.id}, ${DIMENSIONS}, 'memory', g.id, g.scope_id, g.audience, g.embedding::halfvec from given g`);
  return space;
}

const VIEWERS: Record<string, { viewer: MemoryViewer; sees: (row: Row) => boolean }> = {
  ada: {
    viewer: { kind: 'person', id: ADA, role: 'viewer' },
    sees: ({ audience }) => audience === EVERYWHERE || audience === ADA,
  },
  bob: {
    viewer: { kind: 'person', id: BOB, role: 'operator' },
    sees: ({ audience }) => audience === EVERYWHERE || audience === BOB,
  },
  admin: { viewer: { kind: 'person', id: BOB, role: 'admin' }, sees: () => true },
  run: { viewer: { kind: 'run', runId: BOB }, sees: ({ audience }) => audience === EVERYWHERE },
};

const cosine = (a: readonly number[], b: readonly number[]): number => {
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const input = (given: Partial<z.input<typeof SearchMemories>>): SearchMemories =>
  SearchMemories.parse({ query: 'anything', ...given });
const idsOf = ({ items }: MemorySearchResult): string[] => items.map(({ id }) => id);
const NARROWED: readonly Partial<z.input<typeof SearchMemories>>[] = [
  {},
  { scope: { kind: 'circle', id: CIRCLE } },
  { tags: ["rare, 5 % 'so'"] },
  { limit: 3 },
];
const MEANING_ALONE = { recency: 0, importance: 0 };

/** Small sets are compared in full; with these bounds, as if they were large. */
const PATHS = {
  'compared one by one': { vectors: 5_000, rowsOfWord: 1_000 },
  'through the indexes': { vectors: 10, rowsOfWord: 60 },
};

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let space: Space;
  withPool(kind, async (opened) => {
    pool = opened;
    space = await fill(pool);
  });
  const searchBy = (more: Partial<SearchDependencies> = {}) =>
    createMemorySearch({
      pool,
      embedTexts: () => Promise.resolve({ space, vectors: [ROWS[0]?.embedding ?? []] }),
      ...more,
    });

  describe.each(Object.entries(PATHS))('%s', (path, bounds) => {
    it.each(Object.keys(VIEWERS))(
      '%s gets the nearest of what they may see, as many as asked for',
      async (name) => {
        const { viewer, sees } = VIEWERS[name] ??
          VIEWERS['run'] ?? { viewer: { kind: 'house' }, sees: () => true };
        let hits = 0;
        let wanted = 0;
        for (const narrowed of NARROWED)
          for (let round = 0; round < 5; round += 1) {
            const question = vector();
            const result = await searchBy({ bounds }).searchMemories(
              viewer,
              input({ mode: 'vector', embedding: question, weights: MEANING_ALONE, ...narrowed }),
            );
            const fitting = ROWS.filter(
              (row) =>
                sees(row) &&
                (narrowed.scope === undefined || row.scope === 'circle') &&
                (narrowed.tags === undefined || narrowed.tags.every((tag) => row.tags.includes(tag))),
            );
            const exact = fitting
              .toSorted((a, b) => cosine(b.embedding, question) - cosine(a.embedding, question))
              .slice(0, narrowed.limit ?? 10)
              .map(({ number }) => idOf(number));
            const ids = idsOf(result);
            expect(ids).toHaveLength(exact.length);
            hits += ids.filter((id) => exact.includes(id)).length;
            wanted += exact.length;
          }
        // Half precision may swap two that are as near as each other.
        expect(hits / wanted).toBeGreaterThanOrEqual(0.97);
      },
    );

    it('finds words in any form, rare ones first, and nothing beyond the walls', async () => {
      const search = searchBy({ bounds });
      for (const { viewer, sees } of Object.values(VIEWERS)) {
        const result = await search.searchMemories(
          viewer,
          input({ mode: 'text', query: 'what did we note in winters, in a box?', limit: 20 }),
        );
        const best = ROWS.filter((row) => sees(row) && /winter.*boxes/.test(row.content));
        expect(best.length).toBeGreaterThan(20);
        expect(result.items).toHaveLength(20);
        expect(result.items.filter(({ content }) => !/winter.*boxes/.test(content))).toEqual([]);
        expect(idsOf(result).filter((id) => !best.some(({ number }) => idOf(number) === id))).toEqual([]);
      }
    });

    it('gives what only frequent words find', async () => {
      const viewer: MemoryViewer = { kind: 'person', id: ADA, role: 'admin' };
      const result = await searchBy({ bounds }).searchMemories(
        viewer,
        input({ mode: 'text', query: 'everybody knows' }),
      );
      expect(result.items).toHaveLength(10);
    });

    it('keeps to phrases and to words that must not be there', async () => {
      const viewer: MemoryViewer = { kind: 'person', id: ADA, role: 'admin' };
      const found = async (query: string, mode: 'text' | 'hybrid') =>
        (await searchBy({ bounds }).searchMemories(viewer, input({ mode, query, limit: 50 }))).items.map(
          ({ content }) => content,
        );
      const phrased = await found('"of spring" notes', 'text');
      expect(phrased).toHaveLength(50);
      expect(phrased.filter((content) => !content.includes('of spring'))).toEqual([]);
      const excluding = await found('notes -winter', 'hybrid');
      expect(excluding).toHaveLength(50);
      expect(excluding.filter((content) => content.includes('winter'))).toEqual([]);
    });
  });

  it('says why something was found: the parts are the score', async () => {
    const { items, summary } = await searchBy().searchMemories(
      { kind: 'house' },
      input({ query: 'note 17 in winter' }),
    );
    expect(summary).toMatchObject({ mode: 'hybrid', degraded: null, model: 'local/test' });
    expect(items).toHaveLength(10);
    for (const { score, parts } of items)
      expect(score).toBeCloseTo(parts.vector + parts.text + parts.recency + parts.importance, 9);
    expect(items.map(({ score }) => score)).toEqual(
      items.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    expect(items.find(({ content }) => content.includes('note 17 '))?.parts.textRank).toBe(1);
  });

  it('goes by words where the embedder is away, and says so', async () => {
    const embedTexts = () => Promise.reject(new GatheringFailure('Unavailable', 'the embedder is away'));
    const { items, summary } = await searchBy({ embedTexts }).searchMemories(
      { kind: 'house' },
      input({ query: 'note 5' }),
    );
    expect(summary).toMatchObject({ mode: 'text', degraded: 'the embedder is away' });
    expect(items[0]?.content).toContain('note 5 ');
  });

  it('refuses a vector of another length, naming both', async () => {
    const refused = searchBy().searchMemories({ kind: 'house' }, input({ embedding: [1, 0, 0] }));
    await expect(refused).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/3 .*24/),
    });
  });

  it('asks anew where the model was changed meanwhile', async () => {
    const asked: string[] = [];
    const embedTexts: SearchDependencies['embedTexts'] = ([text = '']) => {
      asked.push(text);
      const old = asked.length === 1 ? { ...space, id: 999 } : space;
      return Promise.resolve({ space: old, vectors: [vector()] });
    };
    const { items } = await searchBy({ embedTexts }).searchMemories(
      { kind: 'house' },
      input({ mode: 'vector' }),
    );
    expect([asked.length, items.length]).toEqual([2, 10]);
  });

  it('lets a model order the best again where one is handed in', async () => {
    const asked = input({ query: 'note 5', limit: 4 });
    const shown: string[] = [];
    const rerank = (_: string, texts: readonly string[]): Promise<number[]> => {
      shown.push(...texts);
      return Promise.resolve(texts.map((_text, at) => at / texts.length));
    };
    const { items, summary } = await searchBy().searchMemories({ kind: 'house' }, asked, { rerank });
    expect(items.map(({ content }) => content)).toEqual(shown.toReversed().slice(0, 4));
    expect(items[0]?.parts.rerank).toBeCloseTo(11 / 12, 9);
    expect(summary.tookMs.rerank).not.toBeNull();
  });

  it('never gives what was superseded or has expired, though it is nearest and holds the words', async () => {
    await withinWalls(pool, { kind: 'house' }, (walled) =>
      walled.query(sql.type(Nothing)`
        update memory.memories set
          superseded_by = case when id = ${idOf(1)} then ${idOf(3)}::uuid end, superseded_at = case when id = ${idOf(1)} then now() end,
          expires_at = case when id = ${idOf(2)} then now() - interval '1 minute' end
        where id in (${idOf(1)}, ${idOf(2)})`),
    );
    for (const number of [1, 2])
      for (const bounds of Object.values(PATHS))
        for (const mode of ['hybrid', 'vector', 'text'] as const) {
          const embedding = ROWS[number]?.embedding ?? [];
          const result = await searchBy({ bounds }).searchMemories(
            { kind: 'house' },
            input({ query: `note ${number}`, mode, embedding }),
          );
          expect(result.items).toHaveLength(10);
          expect(idsOf(result)).not.toContain(idOf(number));
        }
  });

  it('finds what is not embedded yet by its words', async () => {
    await pool.query(sql.type(Nothing)`delete from memory.vectors where unit_id = ${idOf(7)}`);
    const { items } = await searchBy().searchMemories({ kind: 'house' }, input({ query: 'note 7' }));
    expect(items.find(({ id }) => id === idOf(7))).toMatchObject({
      isEmbedded: false,
      parts: { vectorRank: null },
    });
  });

  it('shows nothing to whoever has not entered', async () => {
    const found = z.object({ count: z.number() });
    const counts = await pool.transaction(async (transaction) => [
      await transaction.oneFirst(
        sql.type(found)`select count(*) as count from memory.best_by_words('memory', 'note', '{}', 10, 1000)`,
      ),
      await transaction.oneFirst(
        sql.type(found)`select cardinality(memory.fitting('memory', '{}', 10)) as count`,
      ),
    ]);
    expect(counts).toEqual([0, 0]);
  });
});
