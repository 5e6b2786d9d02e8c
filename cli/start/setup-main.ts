import { loadConfig } from '../../platform/config.ts';
import { openPool } from '../../store/pool.ts';
import { openNamespace } from './open-namespace.ts';
import { openSchema } from './open-schema.ts';
import { seed } from './seed.ts';
import { explain, StartError } from './start-error.ts';

/** What has to be there before a worker or an API of its own can start: schema, namespace, first administrator, definitions. Then it ends. */
try {
  await setUp();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

async function setUp(): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const config = loadConfig();
  const { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: address } = config;
  if (databaseUrl === undefined || address === undefined) {
    throw new StartError(
      'DATABASE_URL and TEMPORAL_ADDRESS have to be set. `npm start` brings both and needs no set-up.',
    );
  }
  await openSchema(databaseUrl, (name) => say(`migrated: ${name}`));
  await openNamespace({ config, address, make: true });
  say(`Temporal's namespace ${config.TEMPORAL_NAMESPACE} is ready`);
  const pool = await openPool({ databaseUrl, embedded: config.DATABASE_EMBEDDED, min: 0, max: 1 });
  try {
    const administrator = await seed({ pool, config });
    if (administrator?.newPassword)
      say(`administrator ${administrator.email}, password ${administrator.newPassword} (shown this once)`);
  } finally {
    await pool.end();
  }
}
