import type { ModelMessage } from '../../../../contracts/model.ts';
import { readDocument } from '../document.ts';
import { best, extractsOf, proseOf } from '../extract.ts';
import { hasText } from '../prompt.ts';
import { shareOf, stemsOf } from '../words.ts';
import { passagesIn } from './cited-answer.ts';

const MOST_SENTENCES = 2;
/** Of what is asked for: who knows no more than that of it leaves the answer to the documents. */
const HALF = 0.5;

/**
 * What is known without a search, in its own sentences, where that says more of what is asked than any passage that a search has found, or
 * speaks of all of it. Undefined where it does not: then the passages answer.
 */
export function knownAnswer(
  request: string,
  known: readonly string[],
  messages: readonly ModelMessage[],
): string | undefined {
  const wanted = stemsOf(request);
  const told = extractsOf(known.map((text) => readDocument(text)).filter(hasText))
    .filter(({ text }) => !text.endsWith('?'))
    .map((extract) => ({ ...extract, share: shareOf(wanted, extract.stems) }));
  const most = Math.max(0, ...told.map(({ share }) => share));
  if (most <= HALF || (most < 1 && most <= mostFound(wanted, messages))) return undefined;
  const fitting = told.filter(({ share }) => share === most);
  return proseOf(best(fitting, MOST_SENTENCES));
}

/** How much of what is asked the best sentence of the passages speaks of, together with the heading that it stands under. */
function mostFound(wanted: ReadonlySet<string>, messages: readonly ModelMessage[]): number {
  const shares = passagesIn(messages).flatMap(({ heading, document }) => {
    const headed = stemsOf(heading);
    return extractsOf([document]).map(({ stems }) => shareOf(wanted, new Set([...headed, ...stems])));
  });
  return Math.max(0, ...shares);
}
