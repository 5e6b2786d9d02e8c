import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { create, extract } from 'tar';

import { loadConfig } from '../../platform/config.ts';
import { readMigrations } from '../../store/migrate.ts';
import { processIdentity } from '../start/process-identity.ts';
import { checkSchema } from './check-schema.ts';
import { createBackup } from './create-backup.ts';
import type { Manifest } from './manifest.ts';
import { createReport } from './report.ts';
import { restoreBackup } from './restore-backup.ts';
import { finishRestore } from './swap-in.ts';

let folder: string;
let file: string;
let applied: Manifest['migrations'];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-backup-'));
  file = join(folder, 'house.tar.zst');
  applied = (await readMigrations()).map(({ version, name, checksum }) => ({ version, name, checksum }));
  await writeFile(join(await house('there'), 'runs/a/report.md'), '# Report');
});
afterEach(() => rm(folder, { recursive: true }));

/** A home with what every house has, in the smallest form. */
async function house(name: string): Promise<string> {
  const home = join(folder, name);
  await mkdir(join(home, 'database/pg_notify'), { recursive: true, mode: 0o700 });
  await mkdir(join(home, 'runs/a'), { recursive: true });
  await writeFile(join(home, 'database/PG_VERSION'), '18');
  await writeFile(join(home, 'temporal.db'), `histories of ${name}`);
  await writeFile(join(home, 'temporal.db-wal'), 'what the last moments brought');
  await writeFile(join(home, 'secret.key'), `key of ${name}`, { mode: 0o600 });
  await writeFile(join(home, 'ports.json'), '{}');
  await writeFile(join(home, 'cli-session.json'), '{}');
  return home;
}

const report = createReport(() => undefined);
const configOf = (home: string, more: Record<string, string> = {}) =>
  loadConfig({ GATHERING_HOME: join(folder, home), ...more }, folder);

const backUp = (home = 'there', more: Record<string, string> = {}) =>
  createBackup({
    ...{ config: configOf(home, more), file, program: '1.2.3', report },
    readAppliedMigrations: () => Promise.resolve(applied),
  });
const restore = (home = 'new', more: Record<string, string> = {}, replace = false) =>
  restoreBackup({ config: configOf(home, more), file, replace, report, checkSchema });

const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
const namesIn = async (home: string): Promise<string[]> => (await readdir(join(folder, home))).sort();

/** Changes what the archive holds, as a tool or a bad disk would. */
async function tamper(change: (unpacked: string) => Promise<void>): Promise<void> {
  const unpacked = join(folder, 'tampered');
  await mkdir(unpacked);
  await extract({ file, cwd: unpacked });
  await change(unpacked);
  await create({ file, cwd: unpacked, zstd: true }, await readdir(unpacked));
}

describe('a backup', () => {
  it('is the house again in another home, empty folders and modes included, and nothing of the machine', async () => {
    await backUp();
    const { manifest, replaced } = await restore();
    expect(await namesIn('new')).toEqual([
      'database',
      'runs',
      'secret.key',
      'temporal.db',
      'temporal.db-wal',
    ]);
    expect(await read('new/runs/a/report.md')).toBe('# Report');
    expect(await namesIn('new/database')).toEqual(['PG_VERSION', 'pg_notify']);
    expect((await stat(join(folder, 'new/secret.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new/database'))).mode & 0o777).toBe(0o700);
    expect(replaced).toBeNull();
    expect(manifest).toMatchObject({ program: '1.2.3', migrations: applied });
  });

  it('leaves the house as it was, and can be read by its owner only', async () => {
    const before = await namesIn('there');
    await backUp();
    expect(await namesIn('there')).toEqual(before);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('says what it cannot keep', async () => {
    await symlink('/nowhere', join(folder, 'there/runs/a/link'));
    expect((await backUp()).skipped).toEqual(['runs/a/link']);
  });

  it('is not written over another file, and leaves no piece behind when it is interrupted', async () => {
    await writeFile(file, 'older');
    await expect(backUp()).rejects.toThrow(`${file} is there already`);
    await rm(file);
    const options = { config: configOf('there'), file, program: '1', report };
    const readAppliedMigrations = () => Promise.resolve(applied);
    const signal = AbortSignal.abort();
    await expect(createBackup({ ...options, readAppliedMigrations, signal })).rejects.toThrow('abort');
    expect(await namesIn('.')).toEqual(['there']);
  });

  it('is refused where it could not be, before any work is done', async () => {
    file = join(folder, 'there/house.tar.zst');
    await expect(backUp()).rejects.toThrow('inside of the home');
    file = join(folder, 'nowhere/house.tar.zst');
    await expect(backUp()).rejects.toThrow('cannot be written');
  });

  it.each([
    ['there is none', (home: string) => rm(home, { recursive: true }), 'There is no house'],
    ['a store is missing', (home: string) => rm(join(home, 'temporal.db')), 'temporal.db not found'],
  ])('is refused where %s', async (_, change, words) => {
    await change(join(folder, 'there'));
    await expect(backUp()).rejects.toThrow(words);
  });
});

describe('a restore refuses', () => {
  beforeEach(() => backUp());
  const expectRefused = async (words: string | RegExp, options?: Parameters<typeof restore>[1]) => {
    await expect(restore('new', options)).rejects.toThrow(words);
    expect(await namesIn('new').catch(() => [])).toEqual([]);
  };

  it('a file that ends too early', async () => {
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length - 20));
    await expectRefused('is damaged or not whole');
  });

  it('a file with a byte that is not what it was', async () => {
    const bytes = await readFile(file);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
    await writeFile(file, bytes);
    await expectRefused('is damaged');
  });

  it('one with a wrong checksum, naming what is wrong', async () => {
    await tamper((unpacked) => writeFile(join(unpacked, 'temporal.db'), 'histories of where?'));
    await expectRefused('temporal.db is not what was backed up');
  });

  it('one where a file is missing or was added', async () => {
    await tamper(async (unpacked) => {
      await rename(join(unpacked, 'temporal.db-wal'), join(unpacked, 'temporal.db-old'));
    });
    await expectRefused('temporal.db-wal, temporal.db-old are not what was backed up');
  });

  it('an archive that is no backup, and a file that is no archive', async () => {
    await tamper((unpacked) => rm(join(unpacked, 'backup.json')));
    await expectRefused('no backup that this program knows');
    await writeFile(file, 'Dear diary');
    await expectRefused('is damaged or not whole');
  });

  it('a house of a newer program', async () => {
    applied = [...applied, { version: 999, name: '0999-later.sql', checksum: '0' }];
    await rm(file);
    await backUp();
    await expectRefused(/newer than this program: it has migration 0999-later\.sql/);
  });

  it('a configuration under which its runs or its secrets would be lost', async () => {
    const SECRET_KEY = Buffer.alloc(32, 1).toString('base64');
    await expectRefused(/TEMPORAL_NAMESPACE=default[^]*sealed with another key/, {
      TEMPORAL_NAMESPACE: 'other',
      SECRET_KEY,
    });
    await rm(file);
    await backUp('there', { SECRET_KEY });
    await expectRefused('sealed with a SECRET_KEY that was set in the environment');
    await restore('new', { SECRET_KEY });
  });

  it('a home that cannot be made', async () => {
    await writeFile(join(folder, 'new'), 'a file');
    await expect(restore()).rejects.toThrow(/home folder .*new \(GATHERING_HOME\) cannot be used/);
  });

  it('to work without a file', async () => {
    await rm(file);
    await expectRefused(`There is no file ${file}`);
  });
});

it.each([
  ['a backup', backUp],
  ['a restore', restore],
])('%s is refused while the house runs, and says how to end it', async (_, work) => {
  await backUp().then(() => (work === backUp ? rm(file) : undefined));
  const holder = { pid: process.ppid, identity: await processIdentity(process.ppid), address: 'http://here' };
  await writeFile(join(folder, 'there/start.lock'), JSON.stringify(holder));
  await expect(work('there')).rejects.toThrow(`in use: http://here (process ${process.ppid})`);
});

it.each([
  ['a backup', backUp],
  ['a restore', restore],
])('%s says what to do instead where a store is elsewhere', async (_, work) => {
  const DATABASE_URL = 'postgres://somewhere/house';
  await expect(work('there', { DATABASE_URL })).rejects.toThrow(/DATABASE_URL is set[^]*pg_(dump|restore)/);
  const TEMPORAL_ADDRESS = 'somewhere:7233';
  await expect(work('there', { TEMPORAL_ADDRESS })).rejects.toThrow(/TEMPORAL_ADDRESS is set[^]*Temporal/);
});

describe('a home with a house', () => {
  beforeEach(async () => {
    await backUp();
    await house('other');
  });

  it('is not touched unless it is to be replaced', async () => {
    await expect(restore('other')).rejects.toThrow(/a house in .*other already[^]*--replace/);
    expect(await read('other/temporal.db')).toBe('histories of other');
  });

  it('is put aside whole by --replace', async () => {
    const { replaced } = await restore('other', {}, true);
    expect(await read('other/temporal.db')).toBe('histories of there');
    expect(await readFile(join(replaced ?? '', 'temporal.db'), 'utf8')).toBe('histories of other');
    expect(await readdir(join(replaced ?? ''))).toContain('database');
  });

  it('is replaced whole or not at all, wherever the restore is killed', async () => {
    const home = join(folder, 'other');
    await mkdir(join(home, 'restore.ready'));
    await writeFile(join(home, 'restore.ready/temporal.db'), 'restored');
    await finishRestore(home);
    expect(await namesIn('other')).toEqual([
      expect.stringMatching(/^before-restore-/),
      'ports.json',
      'temporal.db',
    ]);

    await mkdir(join(home, 'restore.cleared'));
    await writeFile(join(home, 'restore.cleared/secret.key'), 'the rest');
    await finishRestore(home);
    expect(await read('other/secret.key')).toBe('the rest');
    expect(await read('other/temporal.db')).toBe('restored');
  });
});

it('tells how far long work is, every other second', () => {
  const lines: string[] = [];
  let now = 0;
  const step = createReport(
    (line) => lines.push(line),
    () => now,
  ).step('reading', 4_000_000);
  for (now of [500, 2_100, 3_000, 4_200]) step.advance(1_000_000);
  expect(lines).toEqual(['reading: 2.0 MB of 4.0 MB (50 %)', 'reading: 4.0 MB of 4.0 MB (100 %)']);
});
