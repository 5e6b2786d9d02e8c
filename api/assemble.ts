import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { resolve } from 'node:path';

import { providerStatuses } from '../activities/model/provider-catalogue.ts';
import { toolCatalogue } from '../activities/tool/catalogue.ts';
import type { Config } from '../platform/config.ts';
import { createConversationWake } from '../platform/conversation-workflow.ts';
import { createEmbedders } from '../platform/embeddings/index.ts';
import { createFailpoints } from '../platform/failpoint.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryWake } from '../platform/memory-workflows.ts';
import { createRunInputCheck } from '../platform/pipeline/run-input.ts';
import { createValidationTools } from '../platform/pipeline/validate-pipeline.ts';
import { createSealer } from '../platform/sealed.ts';
import { createTelemetry } from '../platform/telemetry.ts';
import type { TemporalClient } from '../platform/temporal-connection.ts';
import type { Pool } from '../store/pool.ts';
import { createStore } from '../store/store.ts';
import { createApp } from './app.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createPrincipals } from './auth/principals.ts';
import { createTokens } from './auth/tokens.ts';
import { startBudgetKeeper } from './budget-keeper.ts';
import { startCleanUp } from './clean-up.ts';
import type { ApiDependencies } from './dependencies.ts';
import { createExpressionPreviewer } from './expression-previewer.ts';
import type { Health } from './health.ts';
import { createHealth } from './health.ts';
import { startMemoryWaker } from './memory-waker.ts';
import { oneATurn } from './one-a-turn.ts';
import { dispatchPendingRuns } from './pending-runs.ts';
import { createPrecedence } from './precedence.ts';
import { readPersonas } from './read-personas.ts';
import { createEventTail } from './realtime/event-tail.ts';
import { openSockets } from './realtime/sockets.ts';
import { wakeByNotification, wakeByPolling } from './realtime/wake-up.ts';
import { startRunCanceler } from './run-canceler.ts';
import { createRunFolders } from './run-folders.ts';
import { createRunStarter } from './run-starter.ts';
import { startSignalSender } from './signal-sender.ts';

export interface ApiParts {
  config: Config & { DATABASE_URL: string; JWT_SECRET: string; SECRET_KEY: string };
  pool: Pool;
  temporal: TemporalClient;
  logger: Logger;
  version: string;
}

export interface Api {
  server: Server;
  health: Health;
  /** Lets nobody wait for the end of a run any longer: they are answered with what there is. */
  endWaits(): Promise<void>;
  /** Ends what lives beside requests: the sockets, the dispatcher, the starts under way. */
  close(): Promise<void>;
}

/** Puts the API together; it serves when its server listens. */
export async function assembleApi(parts: ApiParts): Promise<Api> {
  const dependencies = await dependenciesOf(parts);
  const { store, runStarter, signalSender, runCanceler, previewer, logger, tail, health } = dependencies;
  const dashboardFolder = resolve(import.meta.dirname, '../dashboard/dist');
  const server = createServer(oneATurn(createApp(dependencies, { dashboardFolder })));
  const sockets = openSockets(server, dependencies);
  const cleanUp = startCleanUp({
    ...{ cleanUp: store.cleanUp, retention: store.retention, runFolders: dependencies.runFolders, logger },
    ...{ retentionDays: parts.config.RUN_RETENTION_DAYS, embedded: parts.config.DATABASE_EMBEDDED },
  });
  const pendingRuns = dispatchPendingRuns({ runStarts: store.runStarts, runStarter, logger });
  return {
    server,
    health,
    endWaits: () => tail.close(),
    async close() {
      sockets.close();
      await Promise.all([
        cleanUp.stop(),
        pendingRuns.stop(),
        runStarter.drained(),
        signalSender.stop(),
        dependencies.memoryWaker.stop(),
        runCanceler.stop(),
        dependencies.budgetKeeper.stop(),
        previewer.close(),
      ]);
      await dependencies.embedders.close();
    },
  };
}

async function dependenciesOf({
  config,
  pool,
  temporal,
  logger,
  version,
}: ApiParts): Promise<ApiDependencies> {
  const embedders = createEmbedders(config);
  const store = createStore(pool, { embedders });
  const validation = createValidationTools();
  const telemetry = createTelemetry({
    countRuns: () => store.runs.countRuns(),
    poolState: () => connectionsOf(pool),
  });
  const tokens = createTokens(config.JWT_SECRET);
  const principals = createPrincipals(store.sessions);
  const acceptances = createPrecedence();
  const failpoint = createFailpoints(config);
  const openWakeUp = config.DATABASE_EMBEDDED
    ? wakeByPolling({ events: store.events, logger })
    : wakeByNotification({ databaseUrl: config.DATABASE_URL, events: store.events, logger });
  return {
    config,
    logger,
    store,
    embedders,
    temporal,
    telemetry,
    health: createHealth({ probes: { database: () => store.ping(), temporal: () => temporal.probe() } }),
    tokens,
    principals,
    authenticate: createAuthenticate(tokens, principals),
    sealer: createSealer(Buffer.from(config.SECRET_KEY, 'base64')),
    tail: createEventTail({ store, openWakeUp, telemetry, logger }),
    acceptances,
    runStarter: createRunStarter({
      client: temporal.client,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      logger,
      acceptances,
      failpoint,
    }),
    runFolders: createRunFolders(config.home),
    signalSender: startSignalSender({
      client: temporal.client,
      wakeConversation: createConversationWake(temporal.client, config.TEMPORAL_TASK_QUEUE),
      ...{ signals: store.signals, logger, failpoint },
    }),
    memoryWaker: startMemoryWaker({
      wakeMemoryWorkflow: createMemoryWake(temporal.client, config.TEMPORAL_TASK_QUEUE),
      ...{ wakeUps: store.wakeUps, logger, failpoint },
    }),
    runCanceler: startRunCanceler({ client: temporal.client, runControls: store.runControls, logger }),
    budgetKeeper: startBudgetKeeper({ budgets: store.budgets, ledger: store.ledger, logger }),
    validation,
    previewer: createExpressionPreviewer(),
    checkRunInput: createRunInputCheck(validation.schemas),
    catalogue: {
      providers: providerStatuses(config),
      tools: toolCatalogue(),
      personas: await readPersonas(),
    },
    version,
  };
}

function connectionsOf(pool: Pool): Record<string, number> {
  const { acquiredConnections, idleConnections, pendingConnections, waitingClients } = pool.state();
  return {
    used: acquiredConnections,
    idle: idleConnections,
    opening: pendingConnections,
    awaited: waitingClients,
  };
}
