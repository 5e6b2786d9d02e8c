import type { Config } from '../../platform/config.ts';
import type { Pool } from '../../store/pool.ts';
import { openPool } from '../../store/pool.ts';
import type { Addresses } from './addresses.ts';
import { signInLocally } from './cli-session.ts';
import type { PartLog } from './console-log.ts';
import type { Administrator } from './first-administrator.ts';
import { issueSignInTokens } from './first-administrator.ts';
import { isFirstRunDue, startFirstRun } from './first-run.ts';
import { DEMO_MODEL, seed } from './seed.ts';

export interface HouseOptions {
  config: Config;
  addresses: Addresses;
  home: string;
  log: PartLog;
}

/** What is done to the database around the start of the worker and the API. */
export interface House {
  /** Before they start. */
  seed(): Promise<void>;
  /** Once they serve: signs the command line in and starts the sample run. */
  open(): Promise<{ administrator: Administrator | null; signInToken: string | null }>;
  close(): Promise<void>;
}

export function createHouse({ config, addresses, home, log }: HouseOptions): House {
  let pool: Pool | undefined;
  let administrator: Administrator | null = null;
  const opened = (): Promise<Pool> | Pool =>
    pool ??
    openPool({
      databaseUrl: addresses.database.url,
      embedded: addresses.database.port !== undefined || config.DATABASE_EMBEDDED,
      min: 0,
      max: 1,
    }).then((made) => (pool = made));

  return {
    seed: async () => {
      const db = await opened();
      // The sample run must cost nothing, and a run keeps the agents that it was started with.
      administrator = await seed({
        pool: db,
        config,
        ...((await isFirstRunDue(db)) ? { model: DEMO_MODEL } : {}),
      });
    },
    open: async () => {
      if (administrator === null) return { administrator, signInToken: null };
      const db = await opened();
      const tokens = await issueSignInTokens(db, administrator);
      const client = await signInLocally({ url: addresses.api, home, token: tokens.cli });
      if (await isFirstRunDue(db)) {
        const run = await startFirstRun(client, db);
        log.note('info', `started the sample run ${addresses.api}/runs/${run.id}`);
        await seed({ pool: db, config });
      }
      return { administrator, signInToken: tokens.link };
    },
    close: async () => {
      await pool?.end();
    },
  };
}
