/**
 * As many tokens as a text can have, without a tokenizer: those are slow on long texts without spaces, and only one provider publishes
 * its own. Counts by kinds of characters, so that it is not below what OpenAI's tokenizer `o200k_base` makes of texts as people, models
 * and programs write them, in any script; `token-bound.test.ts` compares the two.
 */
export function tokenBoundOf(text: string): number {
  let tokens = 0;
  let before: Kind = 'line';
  let kind: Kind = 'line';
  let length = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const next = at === text.length ? undefined : kindOf(text.charCodeAt(at));
    if (next === kind) {
      length += 1;
      continue;
    }
    if (length > 0) tokens += costOf(kind, length, before);
    if (next === undefined) break;
    before = kind;
    kind = next;
    length = 1;
  }
  return Math.ceil(tokens * MARGIN);
}

/** Above what was found. */
const MARGIN = 1.04;

type Kind = 'lower' | 'upper' | 'digit' | 'space' | 'line' | 'mark' | 'latin' | 'alphabet' | 'dense' | 'rare';

function kindOf(code: number): Kind {
  if (code < 0x80) return ASCII[code] ?? 'mark';
  if (code < 0x250) return 'latin';
  if (code < 0x590) return 'alphabet';
  if (code < 0x2000) return 'dense';
  if (code >= 0x3040 && code < 0xd7b0) return 'dense';
  return 'rare';
}

const ASCII: readonly Kind[] = Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) return 'lower';
  if (/[A-Z]/.test(character)) return 'upper';
  if (/\d/.test(character)) return 'digit';
  if (character === ' ') return 'space';
  return /\s/.test(character) ? 'line' : 'mark';
});

/** What a run of characters of one kind costs at most, on the whole; a space goes with the word behind it, but with no number. */
function costOf(kind: Kind, length: number, before: Kind): number {
  switch (kind) {
    case 'lower':
      if (length > LONGEST_WORD) return length / 1.8;
      return (before === 'digit' ? 1.1 : length < 3 && before !== 'space' ? 0.85 : 0.6) + length / 8;
    case 'upper':
      return 0.45 + (length === 1 ? 0 : length / 2);
    case 'digit':
      return (before === 'space' ? 1 : 0.15) + Math.ceil(length / 3);
    case 'space':
      return length === 1 ? 0.05 : 1;
    case 'line':
      return 0.8;
    case 'mark':
      return 0.3 + length * 0.6;
    case 'latin':
      return length;
    case 'alphabet':
      return 0.5 + length / 2.5;
    case 'dense':
      return length;
    case 'rare':
      return length * 2;
  }
}

/** Letters without a break that are longer are no word of any language. */
const LONGEST_WORD = 24;
