/** What one pass of the model reads; it takes no notice of tokens behind these. */
export const WINDOW_TOKENS = 128;
/** Left free where a text takes several windows, since they end between words. */
const SLACK_TOKENS = 16;
/** A character is one token at most, and a word has one more for its beginning. */
const PIECE_CHARACTERS = WINDOW_TOKENS - 2;

/**
 * Cuts a text at its spaces into parts of at most 128 tokens each, of about the same size, so that none counts for more than another. White
 * space of any kind is one space. A word of more than 126 characters is cut into pieces.
 * @param countTokens of a word, by the model's own tokenizer; words do not share tokens
 */
export function windowsOf(text: string, countTokens: (word: string) => number): string[] {
  const words = text
    .trim()
    .split(/\s+/)
    .flatMap(piecesOf)
    .map((word) => ({ word, tokens: countTokens(word) }));
  const total = words.reduce((sum, { tokens }) => sum + tokens, 0);
  if (total <= WINDOW_TOKENS) return [words.map(({ word }) => word).join(' ')];
  const share = total / Math.ceil(total / (WINDOW_TOKENS - SLACK_TOKENS));
  const windows: { words: string[]; tokens: number }[] = [];
  let before = 0;
  for (const { word, tokens } of words) {
    const window = windows.at(-1);
    const isNext = before + tokens / 2 > share * windows.length;
    if (window === undefined || isNext || window.tokens + tokens > WINDOW_TOKENS)
      windows.push({ words: [word], tokens });
    else {
      window.words.push(word);
      window.tokens += tokens;
    }
    before += tokens;
  }
  return windows.map((window) => window.words.join(' '));
}

function piecesOf(word: string): string[] {
  if (word.length <= PIECE_CHARACTERS) return [word];
  const characters = Array.from(word);
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += PIECE_CHARACTERS)
    pieces.push(characters.slice(from, from + PIECE_CHARACTERS).join(''));
  return pieces;
}
