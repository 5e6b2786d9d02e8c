import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { z } from 'zod';

import { BackupError } from './backup-error.ts';
import { Manifest } from './manifest.ts';

const Rows = Manifest.shape.migrations;

/**
 * Opens the database in a folder, which shows that it can be, and asks for its schema. It is closed in good order then.
 * @throws BackupError when it does not open, or is not ours
 */
export async function readAppliedMigrations(folder: string): Promise<z.infer<typeof Rows>> {
  try {
    const database = await PGlite.create({ dataDir: folder, extensions: { vector } });
    try {
      const { rows } = await database.query(
        'select version, name, checksum from public.migrations order by version',
      );
      return Rows.parse(rows);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw new BackupError(
      `The database in ${folder} does not open, and a backup of it would be worth nothing.`,
      { cause: error },
    );
  }
}
