/** A text that is being written, as much of it as came. */
export interface StreamedText {
  attempt: number;
  text: string;
  /** Up to where the writer's text is known; beyond `text.length` where a piece was lost. */
  end: number;
}

/** What came of a text: all of it so far, or what follows `offset`. */
export interface TextPiece {
  attempt: number;
  text: string;
  offset?: number | undefined;
}

/** The text with one piece more; undefined where that piece changes nothing. A later attempt takes the place of an earlier one's text. */
export function growText(held: StreamedText | undefined, piece: TextPiece): StreamedText | undefined {
  const { attempt, text, offset } = piece;
  if (held !== undefined && attempt < held.attempt) return undefined;
  if (offset === undefined) return { attempt, text, end: text.length };
  const before = held !== undefined && held.attempt === attempt ? held : { text: '', end: 0 };
  const end = offset + text.length;
  if (end <= before.end) return undefined;
  if (offset > before.end) return { attempt, text: `${before.text} … ${text}`, end };
  return { attempt, text: before.text + text.slice(before.end - offset), end };
}
