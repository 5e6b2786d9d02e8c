import { keywordsOf } from '../facts.ts';
import { sentencesOf } from '../sentences.ts';
import { stemsOf } from '../words.ts';
import { type Discussion, ownOf, requestOf, type Utterance } from './discussion.ts';
import type { Point } from './viewpoints.ts';

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

/** A sentence with what the agent has to say to it. */
export interface Remark {
  quotation: Quotation;
  says: string;
}

/**
 * The first point of the agent's job that fits something that was asked and that nobody has taken up yet, else something that other
 * agents have said since, else something that was said before. What the agent has said or quoted lately it leaves alone.
 */
export function remarkOn(discussion: Discussion, points: readonly Point[]): Remark | undefined {
  const { sincePerson, said, topic } = discussion;
  const fresh = points.filter(({ says }) => !isUsed(says, discussion));
  const open = (from: readonly Utterance[]): Quotation[] =>
    quotationsIn(from).filter(({ text }) => !isUsed(text, discussion));
  const untouched = (from: readonly Utterance[]): Quotation[] =>
    open(from).filter(({ text }) => sincePerson.every((one) => !one.text.includes(text)));
  const stated = topic === '' ? [] : [{ speaker: '', isOwn: false, isPerson: true, text: topic }];
  const people = [...said.filter(({ isPerson }) => isPerson).toReversed(), ...stated];
  const agents = sincePerson.filter(({ isOwn }) => !isOwn);
  for (const sentences of [untouched(people.slice(0, 1)), open(agents), untouched(people), open(people)]) {
    for (const { of, says } of fresh) {
      const quotation = sentences.find(({ text }) => of.test(text));
      if (quotation !== undefined) return { quotation, says };
    }
  }
  return undefined;
}

const quotationsIn = (said: readonly Utterance[]): Quotation[] =>
  said
    .slice(0, MESSAGES)
    .flatMap(({ speaker, text }) =>
      quotable(text).map((sentence) => ({ speaker, text: shortened(sentence) })),
    );

/** What somebody last said in their own words, in one sentence; undefined where there is none. */
export function gistOf(text: string): string | undefined {
  const sentences = quotable(text);
  const statements = sentences.filter((sentence) => !sentence.endsWith('?'));
  const first = statements.find((sentence) => stemsOf(sentence).size > 2) ?? statements[0] ?? sentences[0];
  return first === undefined ? undefined : shortened(first);
}

/** The words that the request turns about, the most frequent ones first; at least one. */
export function termsOf(discussion: Discussion): string[] {
  const terms = keywordsOf(requestOf(discussion).slice(0, CHARACTERS_A_MESSAGE), 12);
  return terms.length > 0 ? terms : ['this'];
}

/** One of the phrases that the agent has not used lately; each turn begins further on in the list. */
export function phraseFrom(phrases: readonly string[], discussion: Discussion): string {
  const turn = ownOf(discussion.said).length % Math.max(1, phrases.length);
  const rotated = [...phrases.slice(turn), ...phrases.slice(0, turn)];
  return rotated.find((phrase) => !isUsed(phrase, discussion)) ?? rotated[0] ?? '';
}

const isUsed = (text: string, { said }: Discussion): boolean =>
  ownOf(said)
    .slice(-RECENT_OWN)
    .some((own) => own.text.includes(text));

/** Sentences in somebody's own words: no headings, no quotations. */
const quotable = (text: string): string[] =>
  paragraphsOf(text.slice(0, CHARACTERS_A_MESSAGE))
    .map((paragraph) => paragraph.replace(/\*\*[^*]*:\*\*|\*\*|__/g, ''))
    .map((paragraph) => paragraph.replace(/(^|\s)@(?=\p{L})/gu, '$1'))
    .flatMap(sentencesOf)
    .filter((sentence) => !/[“”<>|]/.test(sentence) && /\p{L}{2}/u.test(sentence) && !sentence.endsWith(':'))
    .slice(0, SENTENCES_A_MESSAGE);

/** Lines of one paragraph are one text, wherever they were broken; an item of a list is one of its own. */
function paragraphsOf(text: string): string[] {
  const paragraphs = [''];
  for (const line of text.split('\n')) {
    const isQuoted = /^\s*(?:>|#{1,6}\s|```)/.test(line);
    const item = /^\s*(?:[-*+]|\d+[.)])\s+/.exec(line);
    if (isQuoted || item !== null || line.trim() === '') paragraphs.push('');
    if (!isQuoted) paragraphs.push(`${paragraphs.pop() ?? ''} ${line.slice(item?.[0].length ?? 0)}`);
  }
  return paragraphs;
}

/** Cut at a space, visibly. */
export function shortened(sentence: string): string {
  if (sentence.length <= LONGEST_QUOTATION) return sentence;
  const space = sentence.lastIndexOf(' ', LONGEST_QUOTATION - 2);
  return `${sentence.slice(0, space > 0 ? space : LONGEST_QUOTATION - 2)} …`;
}

/** As a quotation stands in Markdown. */
export const quoted = ({ speaker, text }: Quotation): string =>
  speaker === '' ? `> ${text}` : `> **${speaker}:** ${text}`;
