import { seed } from '../cli/start/seed.ts';
import { loadConfig } from '../platform/config.ts';
import { openPool } from '../store/pool.ts';
import { ADMIN } from './api-client.ts';

/** Furnishes a fresh, migrated database as `npm start` does, with `ADMIN` as its administrator and agents of the demo provider. */
export async function prepareHouse({ env }: { env: NodeJS.ProcessEnv }): Promise<void> {
  const config = loadConfig({
    ...env,
    GATHERING_ADMIN_EMAIL: ADMIN.email,
    GATHERING_ADMIN_PASSWORD: ADMIN.password,
  });
  const pool = await openPool({
    databaseUrl: config.DATABASE_URL ?? '',
    embedded: config.DATABASE_EMBEDDED,
    min: 0,
    max: 2,
  });
  try {
    await seed({ pool, config, model: { provider: 'demo', model: 'demo' } });
  } finally {
    await pool.end();
  }
}
