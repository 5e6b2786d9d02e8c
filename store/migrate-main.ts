import { ConfigError, loadConfig } from '../platform/config.ts';
import { migrate, MigrationError } from './migrate.ts';

/** `npm run migrate`: brings the database of DATABASE_URL to this program's schema, and ends. */
try {
  const { DATABASE_URL } = loadConfig();
  if (DATABASE_URL === undefined) {
    throw new ConfigError('DATABASE_URL is not set. `npm start` migrates the embedded database by itself.');
  }
  const applied = await migrate({
    databaseUrl: DATABASE_URL,
    onApplied: (name) => process.stdout.write(`applied ${name}\n`),
  });
  if (applied.length === 0) process.stdout.write('the schema is up to date\n');
} catch (error) {
  const isExpected = error instanceof ConfigError || error instanceof MigrationError;
  process.stderr.write(
    `${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
