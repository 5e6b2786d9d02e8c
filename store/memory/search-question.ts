import { z } from 'zod';

import { EmbeddingProvider } from '../../contracts/embedding.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { SearchMemories } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';
import { checkedEmbedding } from './given-embedding.ts';
import { parseQuestion } from './question.ts';
import type { Question } from './search-candidates.ts';
import type { Space } from './spaces.ts';
import type { Walled } from './walls.ts';

/** Gives the vectors of questions by the active model. */
export type EmbedQuestions = (
  texts: readonly string[],
  options?: { signal?: AbortSignal },
) => Promise<{ space: Space; vectors: readonly (readonly number[])[] }>;

/** A vector of what is asked, or why there is none where one was wanted. */
export interface EmbeddedQuestion {
  vector: Question['vector'];
  degraded: string | null;
}

type Asked = Pick<SearchMemories, 'query' | 'mode' | 'embedding'>;

/** Asks the model, unless words are enough or the vector came with the question. Where that fails, words have to do. */
export async function embedQuestion(
  embedTexts: EmbedQuestions,
  { query, mode, embedding }: Asked,
  signal: AbortSignal | undefined,
): Promise<EmbeddedQuestion> {
  if (mode === 'text' || embedding !== undefined) return { vector: null, degraded: null };
  const { words } = parseQuestion(query);
  try {
    const { space, vectors } = await embedTexts(
      [words.trim() === '' ? query : words],
      signal === undefined ? {} : { signal },
    );
    const [made] = vectors;
    return { vector: made === undefined ? null : { space, embedding: made }, degraded: null };
  } catch (error) {
    if (!(error instanceof GatheringFailure)) throw error;
    return { vector: null, degraded: error.message };
  }
}

const ActiveSpace = z.object({
  id: z.number(),
  provider: EmbeddingProvider,
  model: z.string(),
  dimensions: z.number(),
});

export const findActiveSpace = (walled: Walled): Promise<Space | null> =>
  walled.maybeOne(sql.type(ActiveSpace)`
    select s.id, s.provider, s.model, s.dimensions from memory.spaces s where s.status = 'active'`);

/**
 * The vector to search by; null where words have to do.
 * @throws GatheringFailure InvalidInput for one that came with the question and is none of the active model's
 */
export function fittingVector(
  space: Space | null,
  { mode, embedding }: Asked,
  { vector }: EmbeddedQuestion,
): Question['vector'] {
  if (mode === 'text' || space === null) return null;
  return embedding === undefined ? vector : { space, embedding: checkedEmbedding(space, embedding) };
}
