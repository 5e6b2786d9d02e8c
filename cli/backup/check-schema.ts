import { checkHistory, MigrationError, readMigrations } from '../../store/migrate.ts';
import { BackupError } from './backup-error.ts';
import type { Manifest } from './manifest.ts';

/** @throws BackupError when the database in a backup is newer than this program, or was made by changed migrations */
export async function checkSchema(applied: Manifest['migrations']): Promise<void> {
  try {
    checkHistory(applied, await readMigrations());
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    throw new BackupError('This program cannot serve the house in the backup.', { cause: error });
  }
}
