/** Documents on their way into the knowledge base: read, cut into chunks, embedded, stored. */
import { parseDocument } from '../../platform/documents/index.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import { createDocumentChunks } from '../../store/memory/document-chunks.ts';
import { createDocumentSteps } from '../../store/memory/document-steps.ts';
import type { EmbedTexts } from '../../store/memory/embed-texts.ts';
import type { Pool } from '../../store/pool.ts';
import { withAttempt } from '../engine/with-attempt.ts';
import type { DocumentActivities } from './document-activities.ts';
import { createEmbedBatches } from './embed-batches.ts';
import { createParseVersion } from './parse-version.ts';

export type { DocumentActivities } from './document-activities.ts';

export interface DocumentDependencies {
  pool: Pool;
  embedTexts: EmbedTexts;
  failpoint: Failpoint;
  logger: Logger;
}

export function createDocumentActivities({
  pool,
  embedTexts,
  failpoint,
  logger,
}: DocumentDependencies): DocumentActivities {
  const steps = createDocumentSteps(pool);
  const chunks = createDocumentChunks(pool);
  const parsing = createParseVersion({ steps, chunks, parse: parseDocument, failpoint, logger });
  const embedding = createEmbedBatches({ steps, embedTexts, failpoint, clock: { now: () => new Date() } });
  return {
    readDocument: withAttempt(({ documentId }) => steps.readState(documentId), logger),
    parseDocument: withAttempt(parsing, logger),
    embedDocument: withAttempt(embedding, logger),
  };
}
