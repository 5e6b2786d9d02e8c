import type { Client } from '@temporalio/client';

import type { Activities } from '../activities/index.ts';
import { createActivities } from '../activities/index.ts';
import { createAccountedModel, createModelPort, readOwnPrices } from '../activities/model/index.ts';
import { providerStatuses } from '../activities/model/provider-catalogue.ts';
import { createRunTools, createToolRegistry } from '../activities/tool/index.ts';
import type { Config } from '../platform/config.ts';
import { createEmbedders } from '../platform/embeddings/index.ts';
import { createIsolate } from '../platform/expression/isolate.ts';
import { createFailpoints } from '../platform/failpoint.ts';
import type { Logger } from '../platform/logger.ts';
import { createOutbound } from '../platform/outbound/index.ts';
import { createRunWorkflowStart } from '../platform/run-workflow.ts';
import { createSealer } from '../platform/sealed.ts';
import { createLedger } from '../store/ledger.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { openPool } from '../store/pool.ts';

export interface WorkerParts {
  activities: Activities;
  /** Closes connections and ends the processes that evaluate expressions. */
  close(): Promise<void>;
}

/** Makes everything that activities stand on. @throws when the database cannot be reached */
export async function openParts(
  config: Config & { DATABASE_URL: string },
  logger: Logger,
  client: Client,
): Promise<WorkerParts> {
  const isolate = createIsolate();
  const outbound = createOutbound({ allow: config.OUTBOUND_ALLOW });
  const clock = { now: () => new Date() };
  const pool = await openPool({
    databaseUrl: config.DATABASE_URL,
    embedded: config.DATABASE_EMBEDDED,
    min: config.DATABASE_POOL_MIN,
    max: config.DATABASE_POOL_MAX,
    logger,
  });
  const embedders = createEmbedders(config);
  const memory = createMemoryStore(pool, { embedders });
  const starting = {
    ...{ pool, logger, providers: providerStatuses(config), costLimitUsd: config.RUN_COST_LIMIT_USD },
    startRunWorkflow: createRunWorkflowStart(client, config.TEMPORAL_TASK_QUEUE),
  };
  const model = createModelPort(config, { clock });
  const ownPrices = await readOwnPrices(config.home);
  const activities = createActivities({
    ...{ ...starting, isolate, outbound, memory, embedders, home: config.home },
    model,
    ownPrices,
    tools: createToolRegistry({
      ...{ outbound, clock, pipelines: createRunTools(starting) },
      memory: { ...memory, model: createAccountedModel({ model, ledger: createLedger(pool), ownPrices }) },
    }),
    failpoint: createFailpoints(config),
    ...(config.SECRET_KEY === undefined
      ? {}
      : { sealer: createSealer(Buffer.from(config.SECRET_KEY, 'base64')) }),
  });
  return {
    activities,
    close: async () => {
      await Promise.allSettled([isolate.close(), outbound.close(), embedders.close(), pool.end()]);
    },
  };
}
