import { seededRandom } from '../../platform/expression/seeded-random.ts';
import { pdfOf } from '../../testing/document-files.ts';

const WORDS =
  'harbour ledger turbine meadow signal granite voyage lantern archive copper orchard glacier compass bridge engine violet marble station paper river'.split(
    ' ',
  );
const LINES = 30;
const WORDS_A_LINE = 11;

/** A PDF of so many pages, on which no line is like another one; always the same. */
export function manyPages(pages: number): Buffer {
  const random = seededRandom('a thousand pages');
  const word = (): string => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  const line = (page: number, at: number): string =>
    `${String(page)}.${String(at)} ${Array.from({ length: WORDS_A_LINE }, word).join(' ')}.`;
  return pdfOf(
    Array.from({ length: pages }, (_, page) =>
      Array.from({ length: LINES }, (__, at) => ({ text: line(page + 1, at + 1) })),
    ),
  );
}
