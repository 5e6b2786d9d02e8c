import { answerTo } from '../answer.ts';
import { readDocument } from '../document.ts';
import { about, best, type Extract, extractsOf, proseOf } from '../extract.ts';
import { hasText, readPrompt } from '../prompt.ts';
import { taskOf } from '../task.ts';
import { type Discussion, requestOf } from './discussion.ts';

/** A text of fewer sentences is what somebody says, and not a text that they want to have worked on. */
const LEAST_SENTENCES = 3;
const MOST_WORDS = 120;
const MOST_SENTENCES = 10;

/**
 * What can be taken for an answer to the request itself: of the text that it brings, or, for a question, of what people have
 * said before. Undefined where there is neither; then there is only something to say about it.
 */
export function directAnswer(discussion: Discussion): string | undefined {
  const request = requestOf(discussion);
  const prompt = readPrompt(request);
  if (materialOf(request) !== undefined && request !== discussion.topic)
    return answerTo({
      ...prompt,
      instruction: /\d\s+words?\b/i.test(prompt.instruction)
        ? prompt.instruction
        : `${prompt.instruction} (at most ${MOST_WORDS} words)`,
    });
  if (taskOf(request).kind !== 'question' || request === discussion.topic) return undefined;
  const sources = knownTo(discussion)
    .map((text) => readDocument(text))
    .filter(hasText);
  const fitting = best(about(request, extractsOf(sources)), 2);
  return fitting.length === 0 ? undefined : proseOf(fitting);
}

/** What people have said before, and what the agent remembers. */
export function knownTo(discussion: Discussion): string[] {
  const request = requestOf(discussion);
  const earlier = discussion.said
    .filter(({ isPerson, text }) => isPerson && text !== request)
    .map(({ text }) => text);
  return [discussion.topic, discussion.summary, ...earlier, ...discussion.remembered];
}

/** A text of this share of the sentences of the material; undefined where the request brings none. */
export function draftFrom(discussion: Discussion, share: number): string | undefined {
  const material = materialOf(requestOf(discussion)) ?? materialOf(discussion.topic);
  if (material === undefined) return undefined;
  return proseOf(best(material, Math.min(MOST_SENTENCES, Math.max(2, Math.round(material.length * share)))));
}

function materialOf(request: string): Extract[] | undefined {
  const extracts = extractsOf(readPrompt(request).documents);
  return extracts.length < LEAST_SENTENCES ? undefined : extracts;
}
