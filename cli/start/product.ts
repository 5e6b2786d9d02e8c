import type { Config } from '../../platform/config.ts';
import type { Addresses } from './addresses.ts';
import type { PartLog, PartName } from './console-log.ts';
import type { Home } from './home.ts';
import { openNamespace } from './open-namespace.ts';
import { openSchema } from './open-schema.ts';
import type { Part } from './parts.ts';
import { apiPart, databasePart, temporalPart, workerPart } from './parts.ts';
import type { ProcessRegister } from './process-register.ts';
import { StartError } from './start-error.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { superviseProcess } from './supervised-process.ts';

export interface ProductOptions {
  config: Config;
  home: Home;
  addresses: Addresses;
  /** For the worker and the API. */
  env: NodeJS.ProcessEnv;
  register: ProcessRegister;
  log: (part: PartName) => PartLog;
  /** Told when a part will not come back by itself. */
  onGivenUp: (part: PartName, error: Error) => void;
  /** Runs once the schema is there and before the worker and the API start. */
  furnish: () => Promise<void>;
}

/** All parts of the product on this machine. */
export interface Product {
  /** Resolves once everything serves. */
  start(): Promise<void>;
  /** Ends everything in order: no new requests, work in hand done, servers last. */
  stop(): Promise<void>;
  /** Makes a `stop` under way end at once: what is in hand is left to the next start. */
  hurry(): Promise<void>;
}

/** Together below the 15 s that a stop may take. */
const STOP_LIMITS_MS = { api: 5_000, worker: 6_000, database: 3_000, temporal: 3_000, start: 0 } as const;

export function createProduct(options: ProductOptions): Product {
  const { config, home, addresses, env } = options;
  const { database, temporal } = addresses;
  const parts = new Map<PartName, SupervisedProcess>();

  const run = async (name: PartName, part: Part): Promise<void> => {
    const supervised = superviseProcess({
      ...part,
      log: options.log(name),
      onStarted: (pid) => options.register.add(name, pid),
      onGivenUp: (error) => options.onGivenUp(name, error),
    });
    parts.set(name, supervised);
    await supervised.start().catch((error: unknown) => {
      throw new StartError(`The ${name} does not start.`, { cause: error });
    });
  };

  const startDatabase = async (): Promise<void> => {
    if (database.port !== undefined) await run('database', databasePart(home, database.port));
    const log = options.log('database');
    await openSchema(database.url, (name) => log.note('info', `migrated: ${name}`));
    await options.furnish();
  };

  const startTemporal = async (): Promise<void> => {
    const { port, ui } = temporal;
    const isEmbedded = port !== undefined && ui !== undefined;
    if (isEmbedded) {
      const report = (line: string): void => options.log('temporal').note('info', line);
      const namespace = config.TEMPORAL_NAMESPACE;
      await run('temporal', temporalPart({ home, port, uiPort: ui.port, namespace, report }));
    }
    await openNamespace({ config, address: temporal.address, isEmbedded });
  };

  const stopPart = (name: PartName, withinMs: number): Promise<void> | undefined =>
    parts.get(name)?.stop(withinMs);
  let limits: Record<PartName, number> = STOP_LIMITS_MS;
  return {
    start: async () => {
      await Promise.all([startDatabase(), startTemporal()]);
      await Promise.all([run('worker', workerPart(env)), run('api', apiPart(env, addresses.api))]);
    },
    stop: async () => {
      await stopPart('api', limits.api);
      await stopPart('worker', limits.worker);
      await Promise.all([stopPart('temporal', limits.temporal), stopPart('database', limits.database)]);
      await options.register.clear();
    },
    hurry: async () => {
      limits = { ...limits, api: 0, worker: 0, database: 1_000, temporal: 1_000 };
      await Promise.all([stopPart('api', 0), stopPart('worker', 0)]);
    },
  };
}
