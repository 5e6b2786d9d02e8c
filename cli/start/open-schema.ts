import { migrate, MigrationError } from '../../store/migrate.ts';
import { StartError } from './start-error.ts';

/**
 * Brings a database, ours or another, to this program's schema.
 * @throws StartError when it cannot be reached or does not let us in; MigrationError
 */
export async function openSchema(databaseUrl: string, onApplied: (name: string) => void): Promise<void> {
  try {
    await migrate({ databaseUrl, onApplied });
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    const { host, pathname } = new URL(databaseUrl);
    throw new StartError(`The database at ${host}${pathname} (DATABASE_URL) cannot be used.`, {
      cause: error,
    });
  }
}
