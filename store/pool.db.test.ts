import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { openDatabase } from '../testing/shared-servers.ts';
import type { Pool } from './pool.ts';
import { openPool, sql } from './pool.ts';

const Numbers = z.object({ n: z.number() });

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let pool: Pool;
  const complaints: string[] = [];
  beforeAll(async () => {
    database = await openDatabase(kind);
    const { url: databaseUrl, embedded } = database;
    const logger = { warn: (message: string) => complaints.push(message) };
    pool = await openPool({ databaseUrl, embedded, min: 1, max: 10, queryTimeoutMs: 2_000, logger });
  }, 180_000);
  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  it('gives instants as ISO strings, bigints as numbers and json as values', async () => {
    const Row = z.object({ at: z.iso.datetime(), big: z.number(), value: z.unknown() });
    const value = { list: [1, 'two', null], 'a "key"': { é: true } };
    const instants = await pool.anyFirst(sql.type(z.object({ at: z.iso.datetime() }))`
      select at::timestamptz as at from unnest(array['2026-02-03 04:05:06Z', '2026-02-03 04:05:06.7Z', '2026-02-03 04:05:06.789999Z']) at`);
    expect(instants).toEqual([
      '2026-02-03T04:05:06.000Z',
      '2026-02-03T04:05:06.700Z',
      '2026-02-03T04:05:06.789Z',
    ]);
    const row = await pool.one(sql.type(Row)`
      select timestamptz '2026-02-03 04:05:06.789+01' as at, 9007199254740991::bigint as big, ${sql.jsonb(value)} as value`);
    expect(row).toEqual({ at: '2026-02-03T03:05:06.789Z', big: 9007199254740991, value });
  });

  it('refuses a row that does not fit its schema', async () => {
    await expect(pool.one(sql.type(Numbers)`select 'seven' as n`)).rejects.toThrow('do not conform');
  });

  it('does not take a refused query for a broken connection', async () => {
    await pool.query(sql.type(z.object({}))`create table public.unique_ones (n integer primary key)`);
    const insert = () => pool.query(sql.type(z.object({}))`insert into public.unique_ones values (1)`);
    await insert();
    await expect(insert()).rejects.toThrow('unique');
    expect(complaints).toEqual([]);
  });

  it('answers fifty transactions at once, each rolled back or kept as it says', async () => {
    await pool.query(sql.type(z.object({}))`create table public.kept (n integer primary key)`);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        pool.transaction(async (transaction) => {
          await transaction.query(sql.type(z.object({}))`insert into public.kept values (${n})`);
          if (n % 2 === 1) throw new Error('rolled back');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
    const kept = await pool.anyFirst(sql.type(Numbers)`select n from public.kept order by n`);
    expect(kept).toEqual(Array.from({ length: 25 }, (_, index) => index * 2));
  });

  it('gives up a query that takes too long, and serves the next one', async () => {
    // PGlite has one session: a sleeping query holds it, so what is long there must still end by itself.
    await expect(
      pool.one(sql.type(z.object({}))`select pg_sleep(${kind === 'pglite' ? 3 : 30})`),
    ).rejects.toThrow();
    expect(await pool.oneFirst(sql.type(Numbers)`select 1 as n`)).toBe(1);
  });
});
