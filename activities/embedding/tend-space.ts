import { createHash } from 'node:crypto';

import { GatheringFailure } from '../../contracts/failure.ts';
import { EVERYWHERE } from '../../contracts/memory.ts';
import type { EmbedTexts } from '../../store/memory/embed-texts.ts';
import type { LackingUnit, SpacesFilling, TendedSpace } from '../../store/memory/spaces-filling.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { embedUnits } from './embed-units.ts';
import type { EmbeddingActivities, TendedSpaceState } from './embedding-activities.ts';

export interface TendSpaceDependencies {
  filling: SpacesFilling;
  embedTexts: EmbedTexts;
  clock: { now(): Date };
}

/** A batch is what a death costs at most. */
const BATCH = 64;
/** Then the next activity goes on, so that none grows old. */
const LONGEST_MS = 60_000;
/** A provider may ask for hours; a pause or a cancellation is not to wait for so long. */
const LONGEST_WAIT_MS = 60_000;

const SOURCES = ['memory', 'knowledge'] as const;
/** The lowest id there is. */
const FIRST = EVERYWHERE;

/** See `EmbeddingActivities.tendSpace`. */
export const createTendSpace =
  ({ filling, clock, ...deps }: TendSpaceDependencies) =>
  async (
    { spaceId }: Parameters<EmbeddingActivities['tendSpace']>[0],
    { signal }: Pick<ActivityAttempt, 'signal'>,
  ): Promise<TendedSpaceState> => {
    const untilMs = clock.now().getTime() + LONGEST_MS;
    const step = createStep({ filling, ...deps }, signal);
    for (;;) {
      signal.throwIfAborted();
      const space = await filling.findSpace(spaceId);
      if (space === null) return { revision: 0, status: null, more: false };
      const { revision, status } = space;
      if (!(await step(space))) return { revision, status, more: false };
      if (clock.now().getTime() > untilMs) return { revision, status, more: true };
    }
  };

/** Does the next piece of work on a space, which was read just before. @returns whether there may be more */
function createStep(
  { filling, embedTexts }: Omit<TendSpaceDependencies, 'clock'>,
  signal: AbortSignal,
): (space: TendedSpace) => Promise<boolean> {
  const at = { source: 0, after: FIRST };

  /** Goes through all units, from where it was; units that are stored meanwhile are found by the next time through. */
  const nextBatch = async (space: TendedSpace): Promise<Batch | 'nothing'> => {
    for (let source = SOURCES[at.source]; source !== undefined; source = SOURCES[at.source]) {
      const units = await filling.listLacking(space, { source, after: at.after, limit: BATCH });
      const last = units.at(-1);
      if (last !== undefined) {
        at.after = last.id;
        return { source, units };
      }
      at.source++;
      at.after = FIRST;
    }
    at.source = 0;
    return 'nothing';
  };

  const embed = async (space: TendedSpace, { source, units }: Batch): Promise<boolean> => {
    try {
      const idempotencyKey = `embeddings/${space.id}/${namesOf(units)}`;
      const vectors = await embedUnits(embedTexts, { space, units, signal, idempotencyKey });
      const rows = units.map(({ id }, index) => ({ unitId: id, source, embedding: vectors[index] ?? [] }));
      await filling.putLacking(space, rows);
    } catch (error) {
      if (!(error instanceof GatheringFailure)) throw error;
      return tellFailure(space, error);
    }
    if (space.error !== null) await filling.noteError(space.id, null);
    return true;
  };

  const tellFailure = async ({ id }: TendedSpace, failure: GatheringFailure): Promise<false> => {
    const { type, message, retryable, retryAfterMs } = failure;
    if (!retryable) {
      await filling.fail(id, { type, message });
      return false;
    }
    await filling.noteError(id, { type, message });
    if (retryAfterMs === undefined || retryAfterMs <= LONGEST_WAIT_MS) throw failure;
    throw new GatheringFailure(type, message, { cause: failure, retryAfterMs: LONGEST_WAIT_MS });
  };

  let hasLooked = true;
  return async (space) => {
    if (space.status === 'retired') return filling.emptySome(space.id);
    if (space.status !== 'active' && space.status !== 'building') return false;
    const batch = await nextBatch(space);
    if (batch !== 'nothing') {
      hasLooked = false;
      return embed(space, batch);
    }
    // What came behind the place where it was is found by another look from the beginning.
    if (!hasLooked) return (hasLooked = true);
    return space.status === 'building' && (await filling.switchTo(space.id));
  };
}

interface Batch {
  source: (typeof SOURCES)[number];
  units: readonly LackingUnit[];
}

const namesOf = (units: readonly LackingUnit[]): string =>
  createHash('sha256')
    .update(units.map(({ id }) => id).join())
    .digest('hex')
    .slice(0, 32);
