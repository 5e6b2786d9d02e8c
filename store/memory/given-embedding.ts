import { GatheringFailure } from '../../contracts/failure.ts';
import type { Space } from './spaces.ts';

/**
 * A vector that a caller has made, of unit length.
 * @throws GatheringFailure InvalidInput for one of another length than the active model's, of zeros, or with what is no number
 */
export function checkedEmbedding(space: Space, given: readonly number[]): number[] {
  const refuse = (message: string): GatheringFailure =>
    new GatheringFailure('InvalidInput', `The embedding ${message}.`, {
      problems: [{ path: 'embedding', message }],
    });
  if (given.length !== space.dimensions)
    throw refuse(
      `has ${given.length} dimensions; those of the active model, ${space.provider}/${space.model}, have ${space.dimensions}`,
    );
  if (!given.every(Number.isFinite)) throw refuse('holds something that is no number');
  const largest = given.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) throw refuse('is zero in every dimension, so it points nowhere');
  // By the largest first, so that no square of it is out of reach.
  const scaled = given.map((value) => value / largest);
  const length = Math.hypot(...scaled);
  return scaled.map((value) => value / length);
}
