import { answerTo } from '../answer.ts';
import type { Document } from '../document.ts';
import { readDocument } from '../document.ts';
import { about, best, extractsOf, proseOf } from '../extract.ts';
import { hasText, readPrompt } from '../prompt.ts';
import { taskOf } from '../task.ts';
import { type Discussion, requestOf } from './discussion.ts';

/** A text of fewer sentences is what somebody says, and not a text that they want to have worked on. */
const LEAST_PASSAGES = 3;
const MOST_WORDS = 120;

/**
 * What can be taken for an answer to the request itself: of the text that it brings, or, for a question, of what people have
 * said before. Undefined where there is neither; then there is only something to say about it.
 */
export function directAnswer(discussion: Discussion): string | undefined {
  const request = requestOf(discussion);
  const prompt = readPrompt(request);
  if (passagesIn(prompt.documents) >= LEAST_PASSAGES)
    return answerTo({
      ...prompt,
      instruction: /\d\s+words?\b/i.test(prompt.instruction)
        ? prompt.instruction
        : `${prompt.instruction} (at most ${MOST_WORDS} words)`,
    });
  if (taskOf(request).kind !== 'question') return undefined;
  const earlier = discussion.said
    .filter(({ isPerson, text }) => isPerson && text !== request)
    .map(({ text }) => text);
  const sources = [discussion.topic === request ? '' : discussion.topic, discussion.summary, ...earlier]
    .map((text) => readDocument(text))
    .filter(hasText);
  const fitting = best(about(request, extractsOf(sources)), 2);
  return fitting.length === 0 ? undefined : proseOf(fitting);
}

const passagesIn = (documents: readonly Document[]): number =>
  documents.reduce(
    (sum, { sections }) => sum + sections.reduce((all, { passages }) => all + passages.length, 0),
    0,
  );
