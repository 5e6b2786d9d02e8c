import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { z } from 'zod';

import type { Config } from '../platform/config.ts';
import { ConfigError, loadConfig } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';
import { createLogger } from '../platform/logger.ts';
import { createTemporalClient } from '../platform/temporal-connection.ts';
import { openPool } from '../store/pool.ts';
import type { ApiParts } from './assemble.ts';
import { assembleApi } from './assemble.ts';
import { serve } from './serve.ts';

/** The API's process: `node api/main.ts`. It ends by itself, with code 0, soon after SIGTERM or SIGINT. */
async function main(config: ApiParts['config'], logger: Logger): Promise<void> {
  const pool = await openPool({
    databaseUrl: config.DATABASE_URL,
    embedded: config.DATABASE_EMBEDDED,
    min: config.DATABASE_POOL_MIN,
    max: config.DATABASE_POOL_MAX,
    logger,
  });
  const temporal = createTemporalClient(config);
  const api = await assembleApi({ config, pool, temporal, logger, version: ownVersion() });
  const release = async (): Promise<void> => {
    await pool.end();
    await temporal.close();
  };
  await serve({ api, host: config.API_HOST, port: config.API_PORT, logger, release });
}

const REQUIRED = ['DATABASE_URL', 'JWT_SECRET', 'SECRET_KEY'] as const;

/** @throws ConfigError naming what `npm start` would have provided */
function complete(config: Config): ApiParts['config'] {
  const { DATABASE_URL, JWT_SECRET, SECRET_KEY } = config;
  if (DATABASE_URL !== undefined && JWT_SECRET !== undefined && SECRET_KEY !== undefined) {
    return { ...config, DATABASE_URL, JWT_SECRET, SECRET_KEY };
  }
  const missing = REQUIRED.filter((name) => config[name] === undefined).join(', ');
  throw new ConfigError(
    `The API by itself needs ${missing}. \`npm start\` brings everything that is missing.`,
  );
}

function ownVersion(): string {
  const file = readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}

const starting = createLogger({ part: 'api', level: 'info' });
try {
  const config = complete(loadConfig());
  await main(config, createLogger({ part: 'api', level: config.LOG_LEVEL }));
} catch (error) {
  if (error instanceof ConfigError) starting.error(error.message);
  else starting.error(error instanceof Error ? error.message : 'the API could not start', { error });
  process.exit(1); // What was opened already would keep the process.
}
