/** What somebody has written into a search box: words, `"phrases"` that must be there, and `-words` that must not. */
export interface ParsedQuestion {
  words: string;
  phrases: string[];
  excluded: string[];
}

const PHRASE = /"([^"]+)"/g;
/** A dash within a word, two of them, or one before a number is none that excludes. */
const EXCLUDED = /(?<!\S)-(\p{L}[\p{L}\p{N}]*)(?![\p{L}\p{N}-])/gu;
const MOST = 8;

export function parseQuestion(written: string): ParsedQuestion {
  // What Postgres cannot hold in a text says nothing anyway.
  const text = written.toWellFormed().replaceAll('\0', ' ');
  const phrases = [...text.matchAll(PHRASE)].flatMap(([, phrase]) => phrase ?? []);
  const unquoted = text.replaceAll(PHRASE, ' ');
  const excluded = [...unquoted.matchAll(EXCLUDED)].flatMap(([, word]) => word ?? []);
  return {
    words: [unquoted.replaceAll(EXCLUDED, ' '), ...phrases].join(' '),
    phrases: phrases.slice(0, MOST),
    excluded: excluded.slice(0, MOST),
  };
}
