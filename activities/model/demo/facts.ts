import { isStopWord, stemsOf, wordsOf } from './words.ts';

const NUMBER = /(?<![\p{L}\p{N}.,])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\p{L}\p{N}])/gu;
const FIGURE = /(?<![\p{L}\p{N}])(?:[$€£]\s?)?\d[\d.,]*(?:\s?(?:%|€|percent|[a-zA-Zµ°]+(?:\/[a-z]+)?))?/gu;
const NAME =
  /\p{Lu}[\p{L}\p{N}'’-]*(?:\s+(?:of|de|von|van|der)\s+(?=\p{Lu})|\s+)?(?:\p{Lu}[\p{L}\p{N}'’-]*\s*)*/gu;
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

const CALENDAR: ReadonlySet<string> = new Set([
  ...MONTHS,
  ...'monday tuesday wednesday thursday friday saturday sunday'.split(' '),
]);

/** Every number of a text, in order, with the text that stands around it. */
export function numbersOf(text: string): { value: number; around: string }[] {
  return [...text.matchAll(NUMBER)].map((match) => ({
    value: Number(match[0].replaceAll(',', '').replace('−', '-')),
    around: text.slice(Math.max(0, match.index - 60), match.index + match[0].length + 40),
  }));
}

/** Whether a sentence tells an amount: a number with a unit, a currency or a percentage. */
export const tellsFigure = (text: string): boolean =>
  (text.match(FIGURE) ?? []).some((figure) => /[%€$£]|\s|[a-zµ°]/i.test(figure) || figure.length > 2);

/** Names and terms that are written with a capital letter elsewhere than at the start of a sentence, the most frequent first. */
export function namesOf(sentences: readonly string[]): string[] {
  const seen = new Map<string, { count: number; inside: boolean }>();
  const small = new Set(sentences.flatMap(wordsOf).filter((word) => /^\p{Ll}/u.test(word)));
  for (const sentence of sentences) {
    for (const match of sentence.matchAll(NAME)) {
      const inside = !/^[\s"'“(*_`-]*$/.test(sentence.slice(0, match.index));
      const name = trimName(match[0], inside ? undefined : small);
      if (name === '') continue;
      const known = seen.get(name) ?? { count: 0, inside: false };
      seen.set(name, {
        count: known.count + 1,
        inside: known.inside || inside || /\s|\p{Lu}.*\p{Lu}/u.test(name),
      });
    }
  }
  return [...seen]
    .filter(([, { inside }]) => inside)
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([name]) => name);
}

/**
 * Without articles and other small words that happen to open the sentence.
 * @param small words that are written small elsewhere; undefined inside a sentence, where none is capital by chance
 */
function trimName(raw: string, small: ReadonlySet<string> | undefined): string {
  const parts = raw.trim().split(/\s+/);
  while (parts[0] !== undefined && (isStopWord(parts[0]) || small?.has(parts[0].toLowerCase()) === true))
    parts.shift();
  const name = parts.join(' ').replace(/['’]s$/, '');
  return name.length < 2 || isStopWord(name) || CALENDAR.has(name.toLowerCase()) ? '' : name;
}

/** The first date of a text as `YYYY-MM-DD`: ISO, `3 May 2026` or `May 3, 2026`. */
export function dateIn(text: string): string | undefined {
  const iso = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(text);
  if (iso !== null) return iso[0];
  const [dayFirst, monthFirst] = [
    /\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+(\p{L}+)\.?,?\s+(\d{4})\b/u.exec(text),
    /\b(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/u.exec(text),
  ];
  return (
    written(dayFirst?.[3], dayFirst?.[2], dayFirst?.[1]) ??
    written(monthFirst?.[3], monthFirst?.[1], monthFirst?.[2])
  );
}

function written(year = '', month = '', day = ''): string | undefined {
  const index = MONTHS.findIndex((name) => month.length >= 3 && name.startsWith(month.toLowerCase()));
  return index === -1 ? undefined : `${year}-${String(index + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

export const URL_PATTERN = /\bhttps?:\/\/[^\s<>"'`)\]]+[^\s<>"'`)\].,;:!?]/g;
export const EMAIL_PATTERN = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;

/** The words that a text turns about, by how often they occur, in the form in which they occur first. */
export function keywordsOf(text: string, count: number): string[] {
  const seen = new Map<string, { word: string; count: number }>();
  for (const word of wordsOf(text)) {
    if (word.length < 3 || /^\d/.test(word)) continue;
    const [stem] = stemsOf(word);
    if (stem === undefined) continue;
    const known = seen.get(stem) ?? { word: word.toLowerCase(), count: 0 };
    seen.set(stem, { ...known, count: known.count + 1 });
  }
  return [...seen.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, count)
    .map(({ word }) => word);
}
