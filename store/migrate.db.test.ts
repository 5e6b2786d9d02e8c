import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { openDatabase } from '../testing/shared-servers.ts';
import { migrate } from './migrate.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gathering-migrations-'));
  folders.push(folder);
  await Promise.all(Object.entries(files).map(([name, sql]) => writeFile(join(folder, name), sql)));
  return folder;
}

const first = {
  '0001-fruits.sql': 'create table fruits (name text); insert into fruits values ($$apple$$);',
};
const second = { '0002-pears.sql': 'insert into fruits values ($$pear$$);' };

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let client: pg.Client;
  beforeEach(async () => {
    database = await openDatabase(kind);
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('drop table if exists public.migrations');
  }, 180_000);
  afterEach(async () => {
    await client.end();
    await database.close();
  });

  const fruits = async (): Promise<string[]> =>
    (await client.query<{ name: string }>('select name from fruits')).rows.map((row) => row.name);

  it('applies each file once when three starters race', async () => {
    const folder = await folderWith({ ...first, ...second });
    const starters = [1, 2, 3].map(() => migrate({ databaseUrl: database.url, folder }));
    expect((await Promise.all(starters)).flat().sort()).toEqual([1, 2]);
    expect(await fruits()).toEqual(['apple', 'pear']);
  });

  it('keeps nothing of a file that fails in the middle', async () => {
    const folder = await folderWith({ ...first, '0002-broken.sql': 'delete from fruits; select nonsense;' });
    await expect(migrate({ databaseUrl: database.url, folder })).rejects.toThrow('nonsense');
    expect(await fruits()).toEqual(['apple']);
  });

  it('refuses a database that is newer than the program', async () => {
    await migrate({ databaseUrl: database.url, folder: await folderWith({ ...first, ...second }) });
    const older = migrate({ databaseUrl: database.url, folder: await folderWith(first) });
    await expect(older).rejects.toThrow(/newer than this program.*0002-pears.sql/);
  });

  it('refuses an applied file that was changed', async () => {
    await migrate({ databaseUrl: database.url, folder: await folderWith(first) });
    const folder = await folderWith({ '0001-fruits.sql': 'create table fruits (name text, colour text);' });
    await expect(migrate({ databaseUrl: database.url, folder })).rejects.toThrow(
      'was changed after it had been applied',
    );
  });
});

it('refuses a gap in the numbers', async () => {
  const folder = await folderWith({ '0002-pears.sql': 'select 1' });
  await expect(migrate({ databaseUrl: 'postgres://127.0.0.1:1/none', folder })).rejects.toThrow('0001-');
});
