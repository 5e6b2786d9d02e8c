import { setTimeout as wait } from 'node:timers/promises';

import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

import { searchAttributes as ours } from '../../platform/search-attributes.ts';
import { hasCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/** `IndexedValueType` of Temporal's API. */
const TYPES = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;
/** gRPC's codes. */
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const RETENTION = msToTs('30 days');
/** Each of the server's processes reads the list of namespaces every few seconds only. */
const KNOWN_WITHIN_MS = 30_000;

/**
 * Registers the search attributes that are missing, because a workflow start that names an unknown one fails.
 * @throws StartError when the namespace does not exist, with the command that makes it
 */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<void> {
  const known = await connection.operatorService
    .listSearchAttributes({ namespace })
    .catch((error: unknown) => {
      if (!hasCode(error, NOT_FOUND)) throw error;
      throw new StartError(
        `The Temporal server has no namespace "${namespace}". Make it with ` +
          `\`temporal operator namespace create -n ${namespace}\`, or set TEMPORAL_NAMESPACE to another one.`,
      );
    });
  const missing = ours.filter(({ name }) => known.customAttributes[name] === undefined);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map(({ name, type }) => [name, TYPES[type]]));
  await connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes })
    .catch((error: unknown) => {
      if (!hasCode(error, ALREADY_EXISTS)) throw error; // Another starter was faster.
    });
}

/** Makes the namespace unless it is there, and waits until the server knows it. */
export async function makeNamespace(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod: RETENTION })
    .catch((error: unknown) => {
      if (!hasCode(error, ALREADY_EXISTS)) throw error;
    });
  const end = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const isKnown = await connection.operatorService.listSearchAttributes({ namespace }).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, NOT_FOUND) && performance.now() < end) return false;
        throw error;
      },
    );
    if (isKnown) return;
    await wait(200);
  }
}

/** The development server keeps finished workflows for a day only; its file is ours, so they may stay longer. */
export async function keepFinishedWorkflows(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: RETENTION },
  });
}
