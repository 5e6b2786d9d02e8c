import pg from 'pg';

import { SearchMemories } from '../../contracts/memory.ts';
import { loadConfig } from '../../platform/config.ts';
import { createEmbedders } from '../../platform/embeddings/index.ts';
import { seededRandom } from '../../platform/expression/seeded-random.ts';
import { createMemorySearch } from '../../store/memory/search.ts';
import { createSpaces } from '../../store/memory/spaces.ts';
import { migrate } from '../../store/migrate.ts';
import { openPool } from '../../store/pool.ts';
import { startPglite } from '../../testing/pglite-server.ts';
import { startPostgres } from '../../testing/postgres-server.ts';
import type { Finding } from '../report.ts';
import { format, percentile } from '../statistics.ts';
import { type Centres, createDraw, type Drawn, readCentres } from './retrieval-corpus.ts';
import { furnish, nearestOfAll, remember, type Seat, SEATS } from './retrieval-house.ts';

/** Those of the bars; the embedded database is asked for less, as its index takes long to build. */
const ROWS = { postgres: 100_000, pglite: 20_000 };
const AT_ONCE = 500;
const QUESTIONS = 50;
const BARS = { recall: 0.97, vectorMs: 10, hybridMs: 25 };

/**
 * Search by the house's own code on a database of its own, for people and agents who see all, or a share, of what is remembered: how much of the
 * exact answer it finds, and how long it takes without embedding the question.
 */
export async function retrieval(kind: 'postgres' | 'pglite'): Promise<Finding[]> {
  const embedders = createEmbedders(loadConfig({}));
  const server = await (kind === 'postgres' ? startPostgres({ sharedBuffers: '1GB' }) : startPglite());
  try {
    await migrate({ databaseUrl: server.url });
    const pool = await openPool({ databaseUrl: server.url, embedded: kind === 'pglite', min: 1, max: 2 });
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      const space = await createSpaces(pool).getActiveSpace();
      const centres = await readCentres(embedders.embedderOf(space));
      const buildMs = await fill(client, centres, ROWS[kind]);
      process.stderr.write(
        `  index of ${String(ROWS[kind])} vectors built in ${format(buildMs / 1000, 1)} s\n`,
      );
      const draw = createDraw(centres, 'questions');
      const questions = Array.from({ length: QUESTIONS }, () => draw(true));
      let current: Drawn | undefined;
      const search = createMemorySearch({
        pool,
        embedTexts: () => Promise.resolve({ space, vectors: [current?.vector ?? []] }),
      });
      const ask = async (seat: Seat, mode: 'vector' | 'hybrid', question: Drawn): Promise<string[]> => {
        current = question;
        const weights = mode === 'vector' ? { weights: { recency: 0, importance: 0 } } : {};
        const scope = seat.scope === undefined ? {} : { scope: seat.scope };
        const query = `What does the team say of ${question.text.slice(0, 80)}?`;
        const input = SearchMemories.parse({ query, mode, ...weights, ...scope });
        return (await search.searchMemories(seat.viewer, input)).items.map(({ id }) => id);
      };
      const findings: Finding[] = [];
      for (const seat of SEATS) findings.push(...(await measure(kind, seat, { client, questions, ask })));
      return findings;
    } finally {
      await client.end();
      await pool.end();
    }
  } finally {
    await embedders.close();
    await server.stop();
  }
}

/** @returns how long the index took to build over what is there, as when a space is filled before it is switched to */
async function fill(client: pg.Client, centres: Centres, count: number): Promise<number> {
  await furnish(client);
  await client.query(`select memory.drop_space_indexes(s.id) from memory.spaces s where s.status = 'active'`);
  const draw = createDraw(centres, 'corpus');
  const owner = seededRandom('owners');
  for (let from = 0; from < count; from += AT_ONCE)
    await remember(
      client,
      from,
      Array.from({ length: AT_ONCE }, () => ({ ...draw(), draw: owner() })),
    );
  await client.query(`set maintenance_work_mem = '256MB'`);
  const begin = performance.now();
  await client.query(`select memory.index_space(s.id) from memory.spaces s where s.status = 'active'`);
  const buildMs = performance.now() - begin;
  for (const table of ['memories', 'vectors']) await client.query(`vacuum (analyze) memory.${table}`);
  return buildMs;
}

interface Asking {
  client: pg.Client;
  questions: readonly Drawn[];
  ask: (seat: Seat, mode: 'vector' | 'hybrid', question: Drawn) => Promise<string[]>;
}

async function measure(kind: string, seat: Seat, { client, questions, ask }: Asking): Promise<Finding[]> {
  const times = { vector: [] as number[], hybrid: [] as number[] };
  let hits = 0;
  let wanted = 0;
  let short = 0;
  for (const mode of ['vector', 'hybrid'] as const) {
    for (const question of questions) await ask(seat, mode, question);
    for (const question of questions) {
      const begin = performance.now();
      const found = await ask(seat, mode, question);
      times[mode].push(performance.now() - begin);
      if (found.length < 10) short += 1;
      if (mode === 'hybrid') continue;
      const exact = await nearestOfAll(client, seat, question.vector);
      hits += found.filter((id) => exact.has(id)).length;
      wanted += exact.size;
    }
  }
  const recall = hits / wanted;
  const took = (mode: 'vector' | 'hybrid', barMs: number): Finding => {
    const p95 = percentile(times[mode], 0.95);
    return {
      what: `search of ${seat.name}, ${mode}, p95 (${kind})`,
      bar: `≤ ${String(barMs)} ms`,
      measured: `${format(p95, 1)} ms (p50 ${format(percentile(times[mode], 0.5), 1)})`,
      met: p95 <= barMs,
    };
  };
  const findings = [
    {
      what: `recall@10 of ${seat.name} (${kind})`,
      bar: `≥ ${String(BARS.recall)}, always 10`,
      measured: `${format(recall, 3)}, ${String(short)} short`,
      met: recall >= BARS.recall && short === 0,
    },
    took('vector', BARS.vectorMs),
    took('hybrid', BARS.hybridMs),
  ];
  for (const { what, measured, met } of findings)
    process.stderr.write(`  ${met ? '✓' : '✗'} ${what}: ${measured}\n`);
  return findings;
}
