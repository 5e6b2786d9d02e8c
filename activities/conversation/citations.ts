import type { Citation } from '../../contracts/knowledge.ts';

/** `[1]`, `[1, 3]`; not a link, whose target follows in parentheses. */
const MARK = /\[(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\](?!\()/g;
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** What a text cites, by number; a number that stands for no passage is text, and so is what stands in code. */
export function citationsIn(text: string, passages: readonly Citation[]): Citation[] {
  if (passages.length === 0) return [];
  const cited = new Set(
    [...text.replaceAll(CODE, '').matchAll(MARK)].flatMap(([, numbers = '']) =>
      numbers.split(/[,;]/).map((number) => Number(number)),
    ),
  );
  return passages.filter(({ number }) => cited.has(number)).toSorted((a, b) => a.number - b.number);
}
