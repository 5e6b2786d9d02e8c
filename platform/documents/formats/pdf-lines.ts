/** A piece of text as PDF.js gives it. */
export interface PdfItem {
  str: string;
  hasEOL: boolean;
  /** A matrix of six: where it stands is in the last two, from the left and from below. */
  transform: number[];
}

export interface PdfLine {
  text: string;
  /** Of its font, of most of its characters. */
  size: number;
  /** Of its base line, from below. */
  y: number;
}

export interface PdfPage {
  number: number;
  bottom: number;
  top: number;
  lines: PdfLine[];
}

/** Puts pieces that stand on one base line together, in the order of the file. */
export const linesOf = (items: readonly PdfItem[]): PdfLine[] => {
  const lines: PdfLine[] = [];
  let pieces: PdfItem[] = [];
  const settle = (): void => {
    const line = lineOf(pieces);
    if (line !== undefined) lines.push(line);
    pieces = [];
  };
  for (const item of items) {
    const before = pieces.at(-1);
    if (
      before !== undefined &&
      item.str.trim() !== '' &&
      Math.abs(yOf(item) - yOf(before)) > sizeOf(item) / 2
    )
      settle();
    pieces.push(item);
    if (item.hasEOL) settle();
  }
  settle();
  return lines;
};

const lineOf = (pieces: readonly PdfItem[]): PdfLine | undefined => {
  const text = pieces
    .map((piece) => piece.str)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  const longest = pieces.reduce<PdfItem | undefined>(
    (best, piece) => (best === undefined || piece.str.trim().length > best.str.trim().length ? piece : best),
    undefined,
  );
  return text === '' || longest === undefined
    ? undefined
    : { text, size: Math.round(sizeOf(longest) * 2) / 2, y: yOf(longest) };
};

const yOf = (item: PdfItem): number => item.transform[5] ?? 0;
const sizeOf = (item: PdfItem): number => Math.hypot(item.transform[2] ?? 0, item.transform[3] ?? 0);
