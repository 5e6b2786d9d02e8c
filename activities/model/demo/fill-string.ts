import type { JsonSchema } from '../../../contracts/json.ts';
import { about, best, leading, proseOf } from './extract.ts';
import { dateIn, EMAIL_PATTERN, keywordsOf, namesOf, URL_PATTERN } from './facts.ts';
import type { Source, Wanted } from './source.ts';
import { pickBest } from './text-rank.ts';
import { speakingOf } from './topics.ts';

/** A string for a property, by its format, its name, and what is said of it; undefined when the text has nothing for it. */
export function stringFor(schema: JsonSchema, wanted: Wanted, source: Source): string | undefined {
  const format = schema['format'];
  const found =
    typeof format === 'string' && FORMATS.has(format) ? byFormat(format, source) : byName(wanted, source);
  if (found === undefined) return undefined;
  const most = schema['maxLength'];
  return typeof most === 'number' ? shortened(found, most) : found;
}

const FORMATS: ReadonlySet<string> = new Set(['date', 'date-time', 'email', 'uri', 'url']);

function byFormat(format: string, { text }: Source): string | undefined {
  switch (format) {
    case 'date':
      return dateIn(text);
    case 'date-time': {
      const date = dateIn(text);
      return date === undefined ? undefined : `${date}T00:00:00Z`;
    }
    case 'email':
      return text.match(EMAIL_PATTERN)?.[0];
    case 'uri':
    case 'url':
      return text.match(URL_PATTERN)?.[0];
    default:
      return undefined;
  }
}

function byName({ name, subject }: Wanted, source: Source): string | undefined {
  const { extracts, documents } = source;
  if (/title|headline|heading|subject|topic/i.test(name))
    return headingsOf(source)[0] ?? firstSentence(source);
  if (/summary|overview|abstract|digest|answer|text|content|report|description|gist/i.test(name)) {
    return proseOf(best(extracts, 3));
  }
  if (/^(?:name|author|owner|person|company|organi[sz]ation|who)$/i.test(name)) {
    return (
      namesOf(extracts.map(({ text }) => text))[0] ?? documents.find((document) => document.name !== '')?.name
    );
  }
  if (/url|link|website/i.test(name)) return source.text.match(URL_PATTERN)?.[0];
  if (/e-?mail/i.test(name)) return source.text.match(EMAIL_PATTERN)?.[0];
  if (/date|day|deadline|^due/i.test(name)) return dateIn(source.text);
  const [fitting] = pickBest(about(subject, extracts), 1);
  return fitting?.text ?? firstSentence(source);
}

/** A list of strings for a property: names, headings, keywords, links, or key points. */
export function listFor({ name, subject }: Wanted, source: Source, count: number): string[] {
  const sentences = source.extracts.map(({ text }) => text);
  if (/keyword|tag|topic|term/i.test(name)) return keywordsOf(source.text, count);
  if (/people|person|author|participant|attendee/i.test(name)) return peopleOf(sentences).slice(0, 20);
  if (/name|compan|organi[sz]ation|place/i.test(name)) return namesOf(sentences).slice(0, 20);
  if (/url|link|source/i.test(name))
    return [...new Set(source.text.match(URL_PATTERN) ?? [])].slice(0, count);
  if (/section|heading|chapter/i.test(name)) return headingsOf(source).slice(0, count);
  const spoken = speakingOf(name, source.extracts);
  if (spoken !== undefined) return leading(spoken, count).map(({ text }) => text);
  const fitting = about(subject, source.extracts);
  return best(fitting.length >= 2 ? fitting : source.extracts, count).map(({ text }) => text);
}

/** People are mostly called by two names; a single one is taken only where no text has two. */
function peopleOf(sentences: readonly string[]): string[] {
  const names = namesOf(sentences);
  const full = names.filter((name) => name.includes(' '));
  return full.length > 0 ? full : names;
}

const firstSentence = ({ extracts }: Source): string | undefined => pickBest(extracts, 1)[0]?.text;

const headingsOf = ({ documents }: Source): string[] =>
  documents
    .flatMap(({ sections }) => sections.map(({ heading }) => heading))
    .filter((heading) => heading !== '');

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, Math.max(0, most - 1));
  const end = cut.lastIndexOf(' ');
  return most < 2 ? text.slice(0, most) : `${end > most / 2 ? cut.slice(0, end) : cut}…`;
}
