import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';

import { ConfigError, loadConfig } from '../platform/config.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { connectionOptions, createTemporalClient } from '../platform/temporal-connection.ts';
import { BUNDLE_FILE } from './bundle-file.ts';
import { checkBundle, StaleBundle } from './bundle-sources.ts';
import { openWorker } from './open-worker.ts';
import { openParts } from './parts.ts';

/** The worker's process: `node worker/main.ts`. SIGTERM or SIGINT let what runs end for some seconds; then it exits with 0. */
async function main(logger: Logger): Promise<void> {
  const { DATABASE_URL, ...config } = loadConfig();
  if (DATABASE_URL === undefined)
    throw new ConfigError(
      'The worker by itself needs DATABASE_URL. `npm start` brings everything that is missing.',
    );
  const temporal = createTemporalClient(config);
  await checkBundle(BUNDLE_FILE);
  const [connection, parts] = await Promise.all([
    NativeConnection.connect(connectionOptions(config)),
    openParts({ ...config, DATABASE_URL }, logger, temporal.client),
  ]);
  const worker = await openWorker({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    activities: parts.activities,
  });
  const running = worker.run();
  logger.info('worker ready', { taskQueue: config.TEMPORAL_TASK_QUEUE });
  await running;
  await parts.close();
  await Promise.all([connection.close(), temporal.close()]);
  logger.info('worker stopped');
}

const LEVELS = { TRACE: 'debug', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
/** A pipeline that fails is no news to whoever runs the worker; it stands in the run. */
const RUN_FAILED = 'Workflow failed';

/** The engine's own lines, in our format; it shuts its workers down at SIGTERM and SIGINT. */
function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const ours = message === RUN_FAILED ? 'debug' : LEVELS[level];
      logger[ours](message, meta === undefined ? {} : { ...meta });
    }),
  });
}

const starting = createLogger({ part: 'worker', level: 'info' });
try {
  const logger = createLogger({ part: 'worker', level: loadConfig().LOG_LEVEL });
  installRuntime(logger);
  await main(logger);
  process.exit(0); // Nothing is under way any more; what idles may not keep the process.
} catch (error) {
  if (error instanceof ConfigError || error instanceof StaleBundle) starting.error(error.message);
  else starting.error(error instanceof Error ? error.message : 'the worker could not start', { error });
  process.exit(1); // What was opened already would keep the process.
}
