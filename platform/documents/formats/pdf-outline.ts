import { createOutline } from '../outline.ts';
import type { Section } from '../section.ts';
import type { PdfLine, PdfPage } from './pdf-lines.ts';

/** So much larger than most of the text is a heading. */
const HEADING_SIZE = 1.15;
const HEADING_LENGTH = 150;
/** More space than this many times its size before a line begins a paragraph. */
const PARAGRAPH_GAP = 1.7;
/** Part of the height of a page, above and below, in which lines that return on most pages are no text. */
const MARGIN = 0.1;
const RETURNS_ON = 0.6;
const MARGIN_LENGTH = 80;
const FEW_PAGES = 4;

/** Sections by headings and pages. A PDF says neither what is a heading nor what is a paragraph: both are seen by sizes and distances. */
export const outlinePages = (pages: readonly PdfPage[]): Section[] => {
  const bodySize = mostCommonSize(pages);
  const sizes = headingSizes(pages, bodySize);
  const returning = returningLines(pages);
  const outline = createOutline();
  for (const page of pages) {
    const at = { page: page.number, firstLine: null, cutBetween: 'sentences' } as const;
    let body: PdfLine[] = [];
    let title: PdfLine[] = [];
    const settleBody = (): void => {
      outline.text({ content: joinLines(body), ...at });
      body = [];
    };
    const settleTitle = (): void => {
      const level = sizes.indexOf(title[0]?.size ?? 0) + 1;
      outline.heading(level, title.map((line) => line.text).join(' '), at);
      title = [];
    };
    for (const line of page.lines) {
      if (returning.has(marginKey(page, line)) && page.lines.length > 2) continue;
      const isTitle = sizes.includes(line.size) && mayBeHeading(line);
      if (title.length > 0 && !(isTitle && goesOn(title, line))) settleTitle();
      if (isTitle && body.length > 0) settleBody();
      (isTitle ? title : body).push(line);
    }
    if (title.length > 0) settleTitle();
    settleBody();
  }
  return outline.sections();
};

const mostCommonSize = (pages: readonly PdfPage[]): number => {
  const characters = new Map<number, number>();
  for (const { lines } of pages)
    for (const { size, text } of lines) characters.set(size, (characters.get(size) ?? 0) + text.length);
  return [...characters].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
};

/** Largest first: the place of a heading's size is its level. */
const headingSizes = (pages: readonly PdfPage[], bodySize: number): number[] => {
  const sizes = new Set<number>();
  for (const { lines } of pages)
    for (const line of lines)
      if (line.size >= bodySize * HEADING_SIZE && mayBeHeading(line)) sizes.add(line.size);
  return [...sizes].sort((a, b) => b - a);
};

/** Neither a number alone, nor a line of a table of contents. */
const mayBeHeading = ({ text }: PdfLine): boolean =>
  text.length <= HEADING_LENGTH && /\p{L}/u.test(text) && !/(?:\. ?){4}/.test(text);

/** A heading may be broken into lines. */
const goesOn = (title: readonly PdfLine[], line: PdfLine): boolean => {
  const before = title.at(-1);
  const length = title.reduce((sum, { text }) => sum + text.length, line.text.length);
  return (
    before?.size === line.size &&
    Math.abs(before.y - line.y) <= line.size * PARAGRAPH_GAP &&
    length <= HEADING_LENGTH
  );
};

/** Headers and footers: the same at the same height, but for numbers. */
const returningLines = (pages: readonly PdfPage[]): Set<string> => {
  const counts = new Map<string, number>();
  for (const page of pages)
    for (const key of new Set(page.lines.map((line) => marginKey(page, line))))
      counts.set(key, (counts.get(key) ?? 0) + 1);
  counts.delete('');
  const least = Math.max(FEW_PAGES, pages.length * RETURNS_ON);
  return new Set([...counts].filter(([, count]) => count >= least).map(([key]) => key));
};

/** Empty for a line that does not stand in a margin. */
const marginKey = ({ bottom, top }: PdfPage, { y, text }: PdfLine): string => {
  const margin = (top - bottom) * MARGIN;
  if (text.length > MARGIN_LENGTH || (y > bottom + margin && y < top - margin)) return '';
  return `${Math.round(y)} ${text.replace(/\d+/g, '#')}`;
};

const joinLines = (lines: readonly PdfLine[]): string => {
  let content = '';
  let before: PdfLine | undefined;
  for (const line of lines) {
    if (before === undefined) content = line.text;
    else if (before.y - line.y > line.size * PARAGRAPH_GAP) content += `\n\n${line.text}`;
    // A word that was broken at the end of its line.
    else if (/\p{Ll}-$/u.test(content.slice(-2)) && /^\p{Ll}/u.test(line.text))
      content = content.slice(0, -1) + line.text;
    else content += `\n${line.text}`;
    before = line;
  }
  return content;
};
