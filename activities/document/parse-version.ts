import { createHash } from 'node:crypto';

import type { DocumentInput, DocumentState } from '../../contracts/document-state.ts';
import type { Failure } from '../../contracts/failure.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { parseDocument } from '../../platform/documents/index.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import type { DocumentChunks } from '../../store/memory/document-chunks.ts';
import type { DocumentSteps } from '../../store/memory/document-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';

export interface ParseDependencies {
  steps: DocumentSteps;
  chunks: DocumentChunks;
  parse: typeof parseDocument;
  failpoint: Failpoint;
  logger: Logger;
}

/** A file over which so many workers have died in a row is not read again until somebody asks for that. */
const MOST_ATTEMPTS = 12;

/** See `DocumentActivities.parseDocument`. */
export const createParseVersion =
  ({ steps, chunks, parse, failpoint, logger }: ParseDependencies) =>
  async ({ documentId }: DocumentInput, { signal }: ActivityAttempt): Promise<DocumentState> => {
    const file = await steps.beginParsing(documentId);
    if (file === null) return steps.readState(documentId);
    const { version, name, mediaType, attempts } = file;
    const of = { documentId, version };
    const fail = async (error: Failure): Promise<DocumentState> => {
      await steps.fail(of, error);
      return steps.readState(documentId);
    };
    if (attempts > MOST_ATTEMPTS)
      return fail({
        type: 'LimitExceeded',
        message: `Reading it was begun ${MOST_ATTEMPTS} times and never ended`,
      });

    const bytes = await steps.readBytes(documentId, file);
    const parsed = await parse({ bytes, name, mediaType }, { signal }).catch((error: unknown) => {
      if (signal.aborted || (error instanceof GatheringFailure && error.retryable)) throw error;
      return refusalOf(error, logger);
    });
    if ('type' in parsed) return fail(parsed);
    await failpoint('document.parsed', documentId);
    const described = parsed.chunks.map(({ embeddedText, ...chunk }) => ({
      ...chunk,
      embeddedHash: createHash('sha256').update(embeddedText).digest('hex'),
    }));
    await chunks.writeChunks(of, { ...parsed, chunks: described });
    return steps.readState(documentId);
  };

function refusalOf(error: unknown, logger: Logger): Failure {
  if (error instanceof GatheringFailure) return { type: error.type, message: error.message };
  logger.error('reading a document broke', { error });
  return { type: 'InvalidInput', message: 'The file cannot be read' };
}
