import { stemmer } from 'stemmer';
import { deu, eng, fra, spa } from 'stopword';

/** Frequent English words that the library's short list lacks and that tell nothing of a text's subject. */
const MORE_STOP_WORDS =
  'its one two three once may might shall should could would cannot does done make makes made take takes get gets got go goes ' +
  'use uses used using see says said say also each every both another same own still yet even ever never always often just ' +
  'there here where when while than then thus such like between within without before after above below over under ' +
  'per via etc first last next new many much more most less few several some any other others who whom whose which what';

const STOP_WORDS: ReadonlySet<string> = new Set([
  ...eng,
  ...deu,
  ...fra,
  ...spa,
  ...MORE_STOP_WORDS.split(' '),
]);
const WORD = /[\p{L}\p{N}]+(?:['’\-_.][\p{L}\p{N}]+)*/gu;

/** The words of a text as they are written; numbers count as words. */
export const wordsOf = (text: string): string[] => text.match(WORD) ?? [];

export const isStopWord = (word: string): boolean => STOP_WORDS.has(word.toLowerCase());

/** The distinct stems of the words that carry meaning: no stop words, nothing of one letter. */
export function stemsOf(text: string): Set<string> {
  const stems = new Set<string>();
  for (const word of wordsOf(text.toLowerCase())) {
    if (word.length > 1 && !STOP_WORDS.has(word)) stems.add(stemOf(word));
  }
  return stems;
}

export const stemOf = (word: string): string => stemmer(word.toLowerCase());

/** How much of `wanted` is found in `found`, from 0 to 1. */
export function shareOf(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let shared = 0;
  for (const stem of wanted) if (found.has(stem)) shared += 1;
  return shared / wanted.size;
}

/** Jaccard similarity, from 0 (nothing in common) to 1 (the same). */
export function similarityOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const stem of a) if (b.has(stem)) shared += 1;
  return shared / (a.size + b.size - shared);
}
