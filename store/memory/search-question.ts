import { z } from 'zod';

import { EmbeddingProvider } from '../../contracts/embedding.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { SearchMemories } from '../../contracts/memory.ts';
import { sql } from '../pool.ts';
import { type EmbedActive, embedInTime, type InTime } from './embed-in-time.ts';
import { checkedEmbedding } from './given-embedding.ts';
import { parseQuestion } from './question.ts';
import type { Question } from './search-candidates.ts';
import type { Space } from './spaces.ts';
import type { Walled } from './walls.ts';

/** A question is embedded from so much of its beginning: two or three windows of the local model, and nine at most. */
const QUESTION_CHARACTERS = 1_000;

/** A vector of what is asked, or why there is none where one was wanted. */
export interface EmbeddedQuestion {
  vector: Question['vector'];
  degraded: string | null;
}

type Asked = Pick<SearchMemories, 'query' | 'mode' | 'embedding'>;

/** Asks the model, unless words are enough or the vector came with the question. Where that fails, or takes long, words have to do. */
export async function embedQuestion(
  embedTexts: EmbedActive,
  { query, mode, embedding }: Asked,
  inTime: InTime = {},
): Promise<EmbeddedQuestion> {
  if (mode === 'text' || embedding !== undefined) return { vector: null, degraded: null };
  const { words } = parseQuestion(query);
  try {
    const text = beginningOf(words.trim() === '' ? query : words);
    return { vector: await embedInTime(embedTexts, text, inTime), degraded: null };
  } catch (error) {
    inTime.signal?.throwIfAborted();
    if (!(error instanceof GatheringFailure)) throw error;
    return { vector: null, degraded: error.message };
  }
}

/** Up to the last space within what is read, so that no word is cut; where there is none, in the middle of a word. */
function beginningOf(text: string): string {
  const whole = text.trim();
  if (whole.length <= QUESTION_CHARACTERS) return text;
  const beginning = whole.slice(0, QUESTION_CHARACTERS + 1);
  return (/^.*\S(?=\s)/su.exec(beginning)?.[0] ?? beginning.slice(0, -1)).toWellFormed();
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
