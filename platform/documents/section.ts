/**
 * A stretch of a document's text that stands under one heading and, where there are pages, on one page. All formats are read into
 * sections, and only the chunker goes on from there.
 */
export interface Section {
  /** Plain text; paragraphs with an empty line between. Never empty. */
  content: string;
  /** Titles that it stands under, outermost first; without its own text. */
  headings: readonly string[];
  /** From 1, where the format has pages. */
  page: number | null;
  /** Number of the first line (row, of a table) of `content` in the file, from 1; each line of `content` is one of the file. */
  firstLine: number | null;
  /** Where it is better cut: between sentences and paragraphs, or between lines (code, tables, data). */
  cutBetween: 'sentences' | 'lines';
}
