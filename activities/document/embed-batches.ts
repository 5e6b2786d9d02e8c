import type { DocumentInput, DocumentState } from '../../contracts/document-state.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { embeddedTextOf } from '../../platform/documents/embedded-text.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { VersionOf } from '../../store/memory/document-pieces.ts';
import type { DocumentSteps } from '../../store/memory/document-steps.ts';
import type { EmbedTexts } from '../../store/memory/embed-texts.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { persistently } from '../engine/persistently.ts';

export interface EmbedDependencies {
  steps: DocumentSteps;
  embedTexts: EmbedTexts;
  failpoint: Failpoint;
  clock: { now(): Date };
}

/** Batches that are with the embedder at the same time, so that it has work while another one is stored. */
const AT_ONCE = 2;
/** Then the next activity goes on, so that none grows old. */
const LONGEST_MS = 60_000;
/** In a row, and each waited for longer: about ten minutes. */
const MOST_FAILURES = 15;
const LONGEST_WAIT_MS = 60_000;

type EmbeddedBatch = Parameters<DocumentSteps['storeBatch']>[2];

/** See `DocumentActivities.embedDocument`. */
export const createEmbedBatches =
  (deps: EmbedDependencies) =>
  async ({ documentId }: DocumentInput, { signal }: ActivityAttempt): Promise<DocumentState> => {
    const { steps } = deps;
    const found = await steps.readBatches(documentId);
    if (found === null) return steps.readState(documentId);
    const of = { documentId, version: found.version };
    const leaving = new AbortController();
    try {
      await storeInOrder(deps, { ...found, of, signal: AbortSignal.any([signal, leaving.signal]) });
    } catch (error) {
      if (signal.aborted || !(error instanceof GatheringFailure)) throw error;
      await giveUpOrTryAgain(steps, of, error);
    } finally {
      leaving.abort();
    }
    return steps.readState(documentId);
  };

/** A batch is stored while the next ones are being embedded; ends early when the version is not to be embedded any more. */
async function storeInOrder(
  { steps, embedTexts, failpoint, clock }: EmbedDependencies,
  version: { of: VersionOf; batches: number; stored: number; signal: AbortSignal },
): Promise<void> {
  const { of, batches, stored, signal } = version;
  const untilMs = clock.now().getTime() + LONGEST_MS;

  const embed = async (batch: number): Promise<EmbeddedBatch> => {
    const chunks = await steps.listBatch(of, batch);
    const { space, vectors } = await embedTexts(chunks.map(embeddedTextOf), {
      signal,
      idempotencyKey: keyOfBatch(of, batch),
    });
    await failpoint('batch.embedded', keyOfBatch(of, batch));
    return { space, rows: chunks.map(({ id }, at) => ({ unitId: id, embedding: vectors[at] ?? [] })) };
  };
  const begun: Promise<EmbeddedBatch>[] = [];
  const begin = (): void => {
    const next = stored + begun.length;
    if (next >= batches || clock.now().getTime() > untilMs) return;
    const embedding = embed(next);
    embedding.catch(() => undefined); // It is heard of when its turn comes; where it never does, nobody misses it.
    begun.push(embedding);
  };

  for (let count = 0; count < AT_ONCE; count += 1) begin();
  for (let at = 0, embedding = begun[0]; embedding !== undefined; at += 1, embedding = begun[at]) {
    const embedded = await embedding;
    begin();
    const batch = stored + at;
    if (!(await persistently(() => steps.storeBatch(of, batch, embedded), signal))) return;
    await failpoint('batch.stored', keyOfBatch(of, batch));
  }
}

/** Names the texts of a batch, which are always the same, to the embedder. */
const keyOfBatch = ({ documentId, version }: VersionOf, batch: number): string =>
  `${documentId}/${version}/${batch}`;

/** @throws GatheringFailure where the embedder is to be asked again, and when */
async function giveUpOrTryAgain(
  steps: DocumentSteps,
  of: VersionOf,
  failure: GatheringFailure,
): Promise<void> {
  const { type, message, retryAfterMs } = failure;
  if (failure.retryable) {
    const failures = await steps.noteFailure(of);
    if (failures === null) return;
    if (failures < MOST_FAILURES) {
      const waitMs = Math.min(LONGEST_WAIT_MS, retryAfterMs ?? 500 * 2 ** failures);
      throw new GatheringFailure(type, message, { cause: failure, retryAfterMs: waitMs });
    }
  }
  await steps.fail(of, { type, message });
}
