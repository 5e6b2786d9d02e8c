import { keywordsOf } from '../facts.ts';
import { sentencesOf } from '../sentences.ts';
import { shareOf, stemsOf } from '../words.ts';
import { type Discussion, ownOf, requestOf, type Utterance } from './discussion.ts';

/** A sentence of somebody, short enough to be quoted; the speaker is '' where it stands in the topic. */
export interface Quotation {
  speaker: string;
  text: string;
}

/** Of each message only its beginning is looked at, so that a long one does not hold up the turn. */
const SENTENCES_A_MESSAGE = 12;
const MESSAGES = 8;
const CHARACTERS_A_MESSAGE = 4000;
const LONGEST_QUOTATION = 180;
/** Own messages that are looked at for what was said already. */
const RECENT_OWN = 6;

/**
 * The sentence of others that fits the agent's job and the subject best and that it has not quoted lately; of equal ones the
 * newest. Sentences that quote somebody themselves are passed over.
 */
export function quotationFrom(
  said: readonly Utterance[],
  { discussion, seeks }: { discussion: Discussion; seeks: RegExp },
): Quotation | undefined {
  const subject = stemsOf(`${discussion.topic}\n${requestOf(discussion)}`.slice(0, CHARACTERS_A_MESSAGE));
  let best: { quotation: Quotation; score: number } | undefined;
  for (const { speaker, text, isOwn } of said.slice(-MESSAGES)) {
    if (isOwn) continue;
    for (const sentence of quotable(text)) {
      if (isUsed(sentence, discussion)) continue;
      const stems = stemsOf(sentence);
      const score = (stems.size < 3 ? 0 : 1) + (seeks.test(sentence) ? 1 : 0) + shareOf(subject, stems);
      if (best === undefined || score >= best.score)
        best = { quotation: { speaker, text: shortened(sentence) }, score };
    }
  }
  return best?.quotation;
}

/** The first sentence of a message that stands for itself; undefined where there is none. */
export const gistOf = (text: string): string | undefined => {
  const [first] = quotable(text);
  return first === undefined ? undefined : shortened(first);
};

/** The words that the conversation turns about, the most frequent ones first; at least one. */
export function termsOf(discussion: Discussion): string[] {
  const people = discussion.said.filter(({ isPerson }) => isPerson).map(({ text }) => text);
  const text = [discussion.topic, ...people, discussion.summary]
    .map((part) => part.slice(0, CHARACTERS_A_MESSAGE))
    .join('\n');
  const terms = keywordsOf(text, 12);
  return terms.length > 0 ? terms : ['this'];
}

/** A phrase about one of the terms that the agent has not used lately; each agent begins with another term, and goes on each turn. */
export function phraseFrom(
  phrases: readonly string[],
  terms: readonly string[],
  discussion: Discussion,
): string {
  const turn = ownOf(discussion.said).length;
  const first = stemsOf(discussion.self + discussion.role).size + discussion.self.length;
  const all = terms.flatMap((_, shift) =>
    phrases.map((phrase, index) =>
      phrase.replace('{term}', terms[(first + index + shift) % terms.length] ?? 'this'),
    ),
  );
  const rotated = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)];
  return rotated.find((phrase) => !isUsed(phrase, discussion)) ?? rotated[0] ?? '';
}

const isUsed = (text: string, { said }: Discussion): boolean =>
  ownOf(said)
    .slice(-RECENT_OWN)
    .some((own) => own.text.includes(shortened(text)));

function quotable(text: string): string[] {
  return text
    .slice(0, CHARACTERS_A_MESSAGE)
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(?:[-*+>]|#{1,6}|\d+[.)])\s+/, '')
        .replace(/\*\*|__/g, '')
        .replace(/(^|\s)@(?=\p{L})/gu, '$1'),
    )
    .flatMap(sentencesOf)
    .filter((sentence) => !/[“”<>|]/.test(sentence) && /\p{L}{2}/u.test(sentence))
    .slice(0, SENTENCES_A_MESSAGE);
}

/** Cut at a space, visibly. */
export function shortened(sentence: string): string {
  if (sentence.length <= LONGEST_QUOTATION) return sentence;
  const space = sentence.lastIndexOf(' ', LONGEST_QUOTATION - 2);
  return `${sentence.slice(0, space > 0 ? space : LONGEST_QUOTATION - 2)} …`;
}
