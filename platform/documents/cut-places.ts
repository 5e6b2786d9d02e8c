import type { Section } from './section.ts';

/** A place where a text may be cut; the higher its rank, the better. */
export interface CutPlace {
  /** Behind the last character of what comes before; white space may follow. */
  at: number;
  rank: number;
}

interface Window {
  from: number;
  until: number;
}

const SPACE = /\s/;
const CLOSES_A_BLOCK = /^(?:[)\]}]|end\b|<\/)/i;
const LIST_ITEM = /^(?:[-*+•–|#>]|\d{1,3}[.)])/;
const SENTENCE_END = /[.!?…:;。！？]["'”’»)\]]*$/;
/** Ends a sentence without a space behind it. */
const WIDE_SENTENCE_END = /[。！？]/;

export const skipSpace = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && SPACE.test(text.charAt(at))) at++;
  return at;
};

/** Where the text from `start` on may be cut within the window; at least one place. */
export const cutPlaces = (
  text: string,
  start: number,
  { from, until }: Window,
  cutBetween: Section['cutBetween'],
): readonly CutPlace[] => {
  const first = startOfSpace(text, start, from);
  const places = gapsOf(text, { from: first, until: Math.max(until, first) + 1 })
    .filter(({ at }) => at > start && at <= Math.max(until, first))
    .map((gap) => ({ at: gap.at, rank: rankOf(text, gap, cutBetween) }));
  if (places.length > 0) return places;
  const words = wordBoundaries(text, { from, until });
  return words.length > 0 ? words : [{ at: wholeCharacter(text, until), rank: 0 }];
};

/** Where the repetition of the end of a chunk begins: with a sentence or a line, if not with a word. */
export const overlapStart = (
  text: string,
  from: number,
  until: number,
  cutBetween: Section['cutBetween'],
): number | undefined => {
  let best: { next: number; rank: number } | undefined;
  const enough = cutBetween === 'lines' ? BETWEEN_PARAGRAPHS : BETWEEN_SENTENCES;
  for (const gap of gapsOf(text, { from, until })) {
    const rank = Math.min(rankOf(text, gap, cutBetween), enough);
    if (gap.next < until && (best === undefined || rank > best.rank)) best = { next: gap.next, rank };
  }
  return best?.next;
};

/** Between two words, or sentences of a script without spaces. */
interface Gap {
  /** Behind what comes before. */
  at: number;
  /** Where what follows begins. */
  next: number;
}

/** Only the window is searched: a text without spaces would be read to its end each time. */
const gapsOf = (text: string, { from, until }: Window): Gap[] =>
  Array.from(text.slice(from, until).matchAll(/\s+|[。！？]/g), ({ index, 0: gap }) => {
    const at = from + index;
    return WIDE_SENTENCE_END.test(gap)
      ? { at: at + 1, next: skipSpace(text, at + 1) }
      : { at, next: skipSpace(text, at) };
  });

const BETWEEN_WORDS = 0;
const BETWEEN_LINES = 1;
const BETWEEN_SENTENCES = 2;
const BETWEEN_ITEMS = 3;
const BETWEEN_PARAGRAPHS = 4;

const rankOf = (text: string, { at, next }: Gap, cutBetween: Section['cutBetween']): number => {
  const gap = text.slice(at, next);
  const lineBreaks = gap.split('\n', 3).length - 1;
  const before = text.slice(Math.max(0, at - 4), at);
  const after = text.slice(next, next + 5);
  if (cutBetween === 'lines') return rankOfLines(lineBreaks, gap, after);
  if (lineBreaks > 1) return BETWEEN_PARAGRAPHS;
  if (lineBreaks === 1 && LIST_ITEM.test(after)) return BETWEEN_ITEMS;
  if (SENTENCE_END.test(before)) return BETWEEN_SENTENCES;
  return lineBreaks === 1 ? BETWEEN_LINES : BETWEEN_WORDS;
};

/** A line that is not indented begins something, unless it closes what stands before. */
const rankOfLines = (lineBreaks: number, gap: string, after: string): number => {
  if (lineBreaks === 0) return BETWEEN_WORDS;
  const begins = gap.endsWith('\n') && !CLOSES_A_BLOCK.test(after);
  if (lineBreaks > 1) return begins ? BETWEEN_PARAGRAPHS : BETWEEN_ITEMS;
  return begins ? BETWEEN_SENTENCES : BETWEEN_LINES;
};

/** Back to where a stretch of white space begins that `at` stands in: beyond it there is nothing that a chunk could hold. */
const startOfSpace = (text: string, start: number, at: number): number => {
  let index = at;
  while (index > start && SPACE.test(text.charAt(index)) && SPACE.test(text.charAt(index - 1))) index--;
  return index;
};

/** For what has no spaces: scripts that write without, or one endless line. */
const wordBoundaries = (text: string, { from, until }: Window): CutPlace[] => {
  const piece = text.slice(from, until);
  const places = ASCII.test(piece)
    ? Array.from(piece.matchAll(PUNCTUATION), ({ index }) => index + 1)
    : Array.from(WORDS.segment(piece), ({ index }) => index).slice(1);
  return places.map((index) => ({ at: from + index, rank: BETWEEN_WORDS }));
};

const ASCII = /^[!-~]*$/;
const PUNCTUATION = /[,;:|&/>)\]}]/g;
const WORDS = new Intl.Segmenter('und', { granularity: 'word' });

/** Not within a surrogate pair, nor before a mark that belongs to the character before it. */
const wholeCharacter = (text: string, until: number): number => {
  let at = until;
  while (
    LOW_SURROGATE.test(text.charAt(at)) ||
    (at > until - MOST_MARKS && MARK.test(text.slice(at, at + 2)))
  )
    at--;
  return at;
};

const LOW_SURROGATE = /[\udc00-\udfff]/;
const MARK = /^[\p{M}\u200d]/u;
const MOST_MARKS = 16;
