import { loadConfig } from '../platform/config.ts';
import { migrate } from './migrate.ts';

const { DATABASE_URL } = loadConfig();
if (DATABASE_URL === undefined) {
  throw new Error('DATABASE_URL is not set. `npm start` migrates the embedded database by itself.');
}
const applied = await migrate({
  databaseUrl: DATABASE_URL,
  onApplied: (name) => process.stdout.write(`applied ${name}\n`),
});
if (applied.length === 0) process.stdout.write('the schema is up to date\n');
