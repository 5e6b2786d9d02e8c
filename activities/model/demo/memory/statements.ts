import { sentencesOf } from '../sentences.ts';
import { shareOf, stemsOf } from '../words.ts';

/** Something that a person has said of themselves or of what they do, as it can be read by others. */
export interface Statement {
  text: string;
  /** As the person has put it, where a tool may have kept it so. */
  asSaid: string;
  importance: number;
}

const LEADING =
  /^(?:(?:no|yes|ok|okay|well|actually|sorry|so|and|but|by the way|btw|please|for the record)\b[,:]?\s+)+/i;
const REMEMBER = /^(?:remember|keep in mind|note|don['’]t forget)(?:\s+that\b|:)?[,:]?\s+/i;
const DUE = /\b(?:deadline|release|launch|due|budget|meeting|demo|goal|milestone)\b/i;
const OWN_NAME = /^my name is\s+(.+)$/i;
const OF_SELF =
  /^I(?:['’]m|\s+(am|have|work|live|prefer|like|use|need|want|speak|lead|own|maintain|write|know|manage|come))\s+(.+)$/;
const OF_US =
  /^we\s+(?:now\s+)?(?:use|have|decided|agreed|chose|moved|switched|deploy|meet|release|ship|work|need|want|call|prefer|will|run|keep|test|build|never|always)\b/i;
const OURS = /^(?:our|the|my)\s.+?\s(?:is|are|was moved to|were moved to|moves to|will be)\s/i;
const LONGEST = 400;

/** What a person's text states that is worth keeping, in the third person where they speak of themselves. */
export function statementsIn(speaker: string, text: string): Statement[] {
  return text
    .split(/\n+/)
    .flatMap(sentencesOf)
    .flatMap((sentence): Statement[] => {
      const plain = sentence.replace(LEADING, '').trim();
      if (plain.endsWith('?') || plain.length > LONGEST) return [];
      const asked = REMEMBER.test(plain);
      const rest = plain.replace(REMEMBER, '').replace(/\b(is|are) now\b/i, '$1');
      const told = toldOf(speaker, rest);
      if (told === undefined && !asked) return [];
      const asSaid = plain.replace(REMEMBER, '');
      return [{ text: closed(told ?? rest), asSaid, importance: asked ? 0.8 : DUE.test(rest) ? 0.7 : 0.5 }];
    });
}

function toldOf(speaker: string, sentence: string): string | undefined {
  const name = OWN_NAME.exec(sentence)?.[1];
  if (name !== undefined) return `The name of ${speaker} is ${name}`;
  const self = OF_SELF.exec(sentence);
  if (self !== null) return `${speaker} ${thirdPerson(self[1] ?? 'am')} ${self[2] ?? ''}`;
  if (OF_US.test(sentence) || DUE.test(sentence)) return sentence;
  return OURS.test(sentence) ? sentence.replace(/^my\b/i, `${speaker}'s`) : undefined;
}

function thirdPerson(verb: string): string {
  if (verb === 'am') return 'is';
  return verb === 'have' ? 'has' : `${verb}s`;
}

function closed(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!]$/.test(capital) ? capital : `${capital}.`;
}

const VERB =
  /^(.*?)\s(is|are|was|will be|was moved to|moves to|uses?|prefers?|meets?|works?|lives?|needs?|has|have|runs?|deploys?)\s(.+)$/i;
const CHANGE = /\b(?:moved|switched|changed)\s+from\s+(.+?)\s+to\s/i;
const COPULA = /^(?:is|are|was|will be|was moved to|moves to)$/i;
/** Of the words of what is said of something. */
const ALIKE = 0.3;

/** Whether a newer statement says something else of the same matter, so that both cannot be true. */
export function contradicts(newer: string, older: string): boolean {
  const left = CHANGE.exec(newer)?.[1];
  if (left !== undefined) return shareOf(stemsOf(left), stemsOf(older)) === 1;
  const [one, other] = [VERB.exec(newer), VERB.exec(older)];
  if (one === null || other === null || subjectOf(one[1]) !== subjectOf(other[1])) return false;
  const [says, said] = [stemsOf(one[3] ?? ''), stemsOf(other[3] ?? '')];
  if ([...says].join() === [...said].join()) return false;
  const [verb = '', before = ''] = [one[2], other[2]];
  if (COPULA.test(verb) && COPULA.test(before)) return true;
  // "We use Postgres" and "We use Jest" are both true; "We use Postgres 17" and "We use Postgres 18" are not.
  return verb.toLowerCase() === before.toLowerCase() && shareOf(says, said) >= ALIKE;
}

const subjectOf = (text = ''): string =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !SMALL.has(word)).join(' ');
const SMALL: ReadonlySet<string> = new Set(['the', 'our', 'a', 'an', 'new', 'now']);

/** Whether a known fact is what somebody has stated, in the words that they said it in or in those that others read it in. */
export const isKnownAs = ({ text, asSaid }: Statement, known: string): boolean =>
  [text, asSaid].some((own) => bare(own) === bare(known));

const bare = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
