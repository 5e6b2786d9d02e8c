import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

import { searchAttributeNames } from '../../platform/search-attributes.ts';
import { hasCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/** `IndexedValueType.KEYWORD` of Temporal's API. */
const KEYWORD = 2;
const ALREADY_EXISTS = 6;
const NOT_FOUND = 5;
const EMBEDDED_RETENTION_DAYS = 30;

/**
 * Registers the search attributes that are missing, because a workflow start that names an unknown one fails.
 * @throws Error when the namespace does not exist, with the command that makes it
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
  const missing = searchAttributeNames.filter((name) => known.customAttributes[name] === undefined);
  if (missing.length === 0) return;
  await connection.operatorService
    .addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
    })
    .catch((error: unknown) => {
      if (!hasCode(error, ALREADY_EXISTS)) throw error; // Another starter was faster.
    });
}

/** The development server keeps finished workflows for a day only; its file is ours, so they may stay longer. */
export async function keepFinishedWorkflows(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(`${EMBEDDED_RETENTION_DAYS} days`) },
  });
}
