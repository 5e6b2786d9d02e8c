/** Fills, switches and empties spaces of embeddings. */
import type { Logger } from '../../platform/logger.ts';
import type { EmbedTexts } from '../../store/memory/embed-texts.ts';
import { createSpacesFilling } from '../../store/memory/spaces-filling.ts';
import type { Pool } from '../../store/pool.ts';
import { withAttempt } from '../engine/with-attempt.ts';
import type { EmbeddingActivities } from './embedding-activities.ts';
import { createTendSpace } from './tend-space.ts';

export type { EmbeddingActivities } from './embedding-activities.ts';

export const createEmbeddingActivities = ({
  pool,
  embedTexts,
  logger,
}: {
  pool: Pool;
  embedTexts: EmbedTexts;
  logger: Logger;
}): EmbeddingActivities => ({
  tendSpace: withAttempt(
    createTendSpace({ filling: createSpacesFilling(pool), embedTexts, clock: { now: () => new Date() } }),
    logger,
  ),
});
