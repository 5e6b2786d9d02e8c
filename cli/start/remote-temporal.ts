import { Connection } from '@temporalio/client';

import type { Config } from '../../platform/config.ts';
import { connectionOptions } from '../../platform/temporal-connection.ts';
import { StartError } from './start-error.ts';
import { keepFinishedWorkflows, prepareNamespace } from './temporal-namespace.ts';

/** Makes a Temporal server, ours or another, ready for our workflows. @throws Error when it cannot be reached */
export async function openNamespace(options: {
  config: Config;
  address: string;
  isEmbedded: boolean;
}): Promise<void> {
  const { config, address, isEmbedded } = options;
  const connection = await Connection.connect(
    connectionOptions({ ...config, TEMPORAL_ADDRESS: address }),
  ).catch((error: unknown) => {
    throw new StartError(`The Temporal server at ${address} (TEMPORAL_ADDRESS) cannot be reached.`, {
      cause: error,
    });
  });
  try {
    await prepareNamespace(connection, config.TEMPORAL_NAMESPACE);
    if (isEmbedded) await keepFinishedWorkflows(connection, config.TEMPORAL_NAMESPACE);
  } finally {
    await connection.close();
  }
}
