import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import pg from 'pg';

/** One file of `migrations/`: `0001-first.sql` has version 1. */
export interface Migration {
  version: number;
  name: string;
  checksum: string;
  sql: string;
}

/** The schema cannot be brought to this program's version; the message says why and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

export interface MigrateOptions {
  databaseUrl: string;
  folder?: string;
  /** Told the name of each migration that was applied. */
  onApplied?: (name: string) => void;
}

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;
/** Any constant that no other program uses as an advisory lock in this database. */
const LOCK = 7_116_020_301;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Brings the schema to this program's version: forward only, each file in a transaction of its own together with its row in
 * `public.migrations`. Starters may race: one works, the others wait for it and find nothing left to do. Safe to repeat.
 * @returns the versions that this call applied
 * @throws MigrationError when the database is newer than this program, or a file that was applied has been changed
 */
export async function migrate(options: MigrateOptions): Promise<number[]> {
  const migrations = await readMigrations(options.folder);
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined); // The query that was under way reports it.
  const applied: number[] = [];
  try {
    await client.connect();
    for (;;) {
      const done = await applyNext(client, migrations);
      if (done === null) return applied;
      applied.push(done.version);
      options.onApplied?.(done.name);
    }
  } finally {
    await client.end().catch(() => undefined); // The server may be gone; what was committed is committed.
  }
}

/** Reads a folder of migrations, oldest first; versions start at 1 and have no gap. */
export async function readMigrations(
  folder = resolve(import.meta.dirname, '../migrations'),
): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(FILE_NAME.exec(name)?.[1]);
      if (version !== index + 1) {
        throw new MigrationError(
          `migrations/${name} should be named ${String(index + 1).padStart(4, '0')}-<words>.sql`,
        );
      }
      const sql = await readFile(resolve(folder, name), 'utf8');
      return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

interface AppliedRow {
  version: number;
  name: string;
  checksum: string;
}

/** The lock belongs to the transaction: the embedded database shares one session, where a session's lock locks nobody out. */
async function applyNext(client: pg.Client, migrations: readonly Migration[]): Promise<Migration | null> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(`
      create table if not exists public.migrations (
        version    integer primary key,
        name       text not null,
        checksum   text not null,
        applied_at timestamptz not null default now()
      )`);
    const { rows } = await client.query<AppliedRow>(
      'select version, name, checksum from public.migrations order by version',
    );
    checkHistory(rows, migrations);
    const next = migrations[rows.length];
    if (next !== undefined) {
      await client.query(next.sql);
      await client.query('insert into public.migrations (version, name, checksum) values ($1, $2, $3)', [
        next.version,
        next.name,
        next.checksum,
      ]);
    }
    await client.query('commit');
    return next ?? null;
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // A broken connection has rolled back already.
    throw error;
  }
}

/** @throws MigrationError when what was applied is not what this program begins with */
export function checkHistory(applied: readonly AppliedRow[], migrations: readonly Migration[]): void {
  for (const [index, row] of applied.entries()) {
    const file = migrations[index];
    if (file === undefined) {
      throw new MigrationError(
        `The database's schema is newer than this program: it has migration ${row.name}, the newest one known here is ` +
          `${migrations.at(-1)?.name ?? 'none'}. Update the program, or restore a backup from before the update.`,
      );
    }
    if (file.version !== row.version || file.checksum !== row.checksum) {
      throw new MigrationError(
        `Migration ${row.name} was changed after it had been applied to this database. ` +
          `Put the file back as it was and say the change in a new migration.`,
      );
    }
  }
}
