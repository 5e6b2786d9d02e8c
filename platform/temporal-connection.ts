import { readFileSync } from 'node:fs';

import type { TLSConfig } from '@temporalio/client';
import { Client, Connection } from '@temporalio/client';

import type { Config } from './config.ts';

export type TemporalConfig = Pick<
  Config,
  | 'TEMPORAL_ADDRESS'
  | 'TEMPORAL_NAMESPACE'
  | 'TEMPORAL_TLS_ENABLED'
  | 'TEMPORAL_TLS_CA'
  | 'TEMPORAL_TLS_CERT'
  | 'TEMPORAL_TLS_KEY'
  | 'TEMPORAL_TLS_SERVER_NAME'
>;

/** A client of the engine that is there before the engine is. */
export interface TemporalClient {
  client: Client;
  /** Resolves when the server answers for the namespace. @throws when it does not within `timeoutMs` */
  probe(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_ADDRESS = '127.0.0.1:7233';
const PROBE_TIMEOUT_MS = 2_000;

/**
 * Where the Temporal server is and how to speak to it; for clients and workers alike. Any TLS variable turns TLS on;
 * CA, certificate and key are paths of PEM files.
 */
export function connectionOptions(config: TemporalConfig): {
  address: string;
  tls: TLSConfig | false;
} {
  const address = config.TEMPORAL_ADDRESS ?? DEFAULT_ADDRESS;
  const {
    TEMPORAL_TLS_CA: ca,
    TEMPORAL_TLS_CERT: certificate,
    TEMPORAL_TLS_KEY: key,
    TEMPORAL_TLS_SERVER_NAME: serverName,
  } = config;
  if (
    !config.TEMPORAL_TLS_ENABLED &&
    [ca, certificate, key, serverName].every((part) => part === undefined)
  ) {
    return { address, tls: false };
  }
  const tls: TLSConfig = {
    ...(ca === undefined ? {} : { serverRootCACertificate: readFileSync(ca) }),
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(certificate === undefined || key === undefined
      ? {}
      : { clientCertPair: { crt: readFileSync(certificate), key: readFileSync(key) } }),
  };
  return { address, tls };
}

/** Opens a client that connects when it is first used, and again whenever the server comes back. */
export function createTemporalClient(config: TemporalConfig): TemporalClient {
  const connection = Connection.lazy(connectionOptions(config));
  const namespace = config.TEMPORAL_NAMESPACE;
  return {
    client: new Client({ connection, namespace }),
    async probe(timeoutMs = PROBE_TIMEOUT_MS) {
      await connection.withDeadline(Date.now() + timeoutMs, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
    },
    close: () => connection.close(),
  };
}
