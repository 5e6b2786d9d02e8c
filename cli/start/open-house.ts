import type { Config } from '../../platform/config.ts';
import { loadSeeds } from '../../seeds/seed-definitions.ts';
import type { Pool } from '../../store/pool.ts';
import { openPool } from '../../store/pool.ts';
import type { Addresses } from './addresses.ts';
import { signInLocally } from './cli-session.ts';
import type { PartLog } from './console-log.ts';
import type { Administrator } from './first-administrator.ts';
import { ensureAdministrator, issueSignInTokens } from './first-administrator.ts';
import { startFirstConversations } from './first-conversations.ts';
import { isFirstRunDue, startFirstRun } from './first-run.ts';
import { DEMO_MODEL, furnish } from './seed.ts';

export interface HouseOptions {
  config: Config;
  addresses: Addresses;
  home: string;
  log: PartLog;
}

/** What is done to the database around the start of the worker and the API. */
export interface House {
  /** Before they start. */
  furnish(): Promise<void>;
  /** Once they serve: signs the command line in, and starts the sample run and the first conversations. */
  open(): Promise<{ administrator: Administrator | null; signInToken: string | null }>;
  close(): Promise<void>;
}

export function createHouse({ config, addresses, home, log }: HouseOptions): House {
  let pool: Pool | undefined;
  const opened = async (): Promise<Pool> =>
    (pool ??= await openPool({
      databaseUrl: addresses.database.url,
      embedded: addresses.database.port !== undefined || config.DATABASE_EMBEDDED,
      min: 0,
      max: 1,
    }));

  return {
    furnish: async () => {
      const db = await opened();
      // The sample run must cost nothing, and a run keeps the agents that it was started with.
      await furnish({ pool: db, config, ...((await isFirstRunDue(db)) ? { model: DEMO_MODEL } : {}) });
      // Whoever waits for the API to be ready signs in at once.
      if (config.GATHERING_ADMIN_PASSWORD !== undefined) await ensureAdministrator(db, config);
    },
    open: async () => {
      const db = await opened();
      // One with a made-up password not before everything serves: a start that fails would take it with it.
      const administrator = await ensureAdministrator(db, config);
      const tokens = administrator === null ? null : await issueSignInTokens(db, administrator);
      const isDue = await isFirstRunDue(db);
      const client =
        tokens === null ? null : await signInLocally({ url: addresses.api, home, token: tokens.cli });
      if (client !== null && isDue) await startFirstRun({ client, pool: db, log });
      if (isDue) await furnish({ pool: db, config });
      if (client !== null) {
        const { circles } = await loadSeeds();
        await startFirstConversations({ client, pool: db, circles, log });
      }
      return { administrator, signInToken: tokens?.link ?? null };
    },
    close: async () => {
      await pool?.end();
    },
  };
}
