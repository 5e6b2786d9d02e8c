/** What one pass of the model reads; it takes no notice of tokens behind these. */
export const WINDOW_TOKENS = 128;
/** The tokenizer's time grows with the square of what it gets, and a row of signs that it does not know is one token, however long. */
export const WINDOW_CHARACTERS = 2_000;
/** Left free where a text takes several windows, since they end between words. */
const SLACK_TOKENS = 16;
/** A character is one token at most, and a word has one more for its beginning. */
const PIECE_CHARACTERS = WINDOW_TOKENS - 2;

interface Size {
  tokens: number;
  characters: number;
}

/**
 * Cuts a text at its spaces into parts of at most 128 tokens each, of about the same size, so that none counts for more than another. White
 * space of any kind is one space. A word of more than 126 characters is cut into pieces, before the tokenizer sees it.
 * @param countTokens of a word, by the model's own tokenizer; words do not share tokens
 */
export function windowsOf(text: string, countTokens: (word: string) => number): string[] {
  const words = text
    .trim()
    .split(/\s+/)
    .flatMap(piecesOf)
    .map((word) => ({ word, tokens: countTokens(word), characters: word.length + 1 }));
  const total = words.reduce(plus, { tokens: 0, characters: 0 });
  if (fits(total)) return [words.map(({ word }) => word).join(' ')];
  const share = total.tokens / Math.ceil(total.tokens / (WINDOW_TOKENS - SLACK_TOKENS));
  const windows: (Size & { words: string[] })[] = [];
  let before = 0;
  for (const { word, ...size } of words) {
    const window = windows.at(-1);
    const isNext = before + size.tokens / 2 > share * windows.length;
    if (window === undefined || isNext || !fits(plus(window, size))) windows.push({ words: [word], ...size });
    else {
      window.words.push(word);
      Object.assign(window, plus(window, size));
    }
    before += size.tokens;
  }
  return windows.map((window) => window.words.join(' '));
}

const plus = (one: Size, other: Size): Size => ({
  tokens: one.tokens + other.tokens,
  characters: one.characters + other.characters,
});
const fits = ({ tokens, characters }: Size): boolean =>
  tokens <= WINDOW_TOKENS && characters <= WINDOW_CHARACTERS;

function piecesOf(word: string): string[] {
  if (word.length <= PIECE_CHARACTERS) return [asShort(word)];
  const characters = Array.from(word);
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += PIECE_CHARACTERS)
    pieces.push(asShort(characters.slice(from, from + PIECE_CHARACTERS).join('')));
  return pieces;
}

/** The tokenizer normalizes what it gets, and a single ligature may become eighteen characters: of such a piece the beginning is enough. */
function asShort(piece: string): string {
  const normalized = Array.from(piece.normalize('NFKC'));
  return normalized.length <= PIECE_CHARACTERS ? piece : normalized.slice(0, PIECE_CHARACTERS).join('');
}
