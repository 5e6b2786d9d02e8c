import { Connection } from '@temporalio/client';

import type { Config } from '../../platform/config.ts';
import { connectionOptions } from '../../platform/temporal-connection.ts';
import { StartError } from './start-error.ts';
import { keepFinishedWorkflows, makeNamespace, prepareNamespace } from './temporal-namespace.ts';

export interface NamespaceOptions {
  config: Config;
  address: string;
  /** The development server that this supervisor started. */
  isEmbedded?: boolean;
  /** Makes the namespace when it is not there. */
  make?: boolean;
}

/** Makes a Temporal server, ours or another, ready for our workflows. @throws StartError when it cannot be reached */
export async function openNamespace({ config, address, isEmbedded, make }: NamespaceOptions): Promise<void> {
  const { TEMPORAL_NAMESPACE: namespace } = config;
  const options = connectionOptions({ ...config, TEMPORAL_ADDRESS: address });
  const connection = await Connection.connect(options).catch((error: unknown) => {
    throw new StartError(`The Temporal server at ${address} (TEMPORAL_ADDRESS) cannot be reached.`, {
      cause: error,
    });
  });
  try {
    if (make === true) await makeNamespace(connection, namespace);
    await prepareNamespace(connection, namespace);
    if (isEmbedded === true) await keepFinishedWorkflows(connection, namespace);
  } finally {
    await connection.close();
  }
}
