import type { DocumentFormat } from '../../contracts/knowledge.ts';
import { decodeText } from './decode-text.ts';
import { createTextMeter } from './document-limits.ts';
import { readCode } from './formats/code.ts';
import { readCsv } from './formats/csv.ts';
import { readDocx } from './formats/docx.ts';
import { readHtml } from './formats/html.ts';
import { readJson } from './formats/json.ts';
import { readMarkdown } from './formats/markdown.ts';
import { readPdf } from './formats/pdf.ts';
import { readText } from './formats/text.ts';
import type { Section } from './section.ts';

export interface Reading {
  /** None where the file holds no text. */
  sections: Section[];
  /** Null where the format has none. */
  pages: number | null;
}

type TextFormat = Exclude<DocumentFormat, 'pdf' | 'docx'>;

const READERS: Record<TextFormat, (text: string) => Section[]> = {
  text: readText,
  markdown: readMarkdown,
  html: readHtml,
  csv: readCsv,
  json: readJson,
  code: readCode,
};

/**
 * The text of a document, by its format. Only `parse-host.ts` calls it with what was uploaded: a parser may hang, or take all memory.
 * @throws `InvalidInput` with the reason; and whatever a library throws
 */
export const readSections = async (
  bytes: Uint8Array,
  format: DocumentFormat,
  onPage: (pages: number) => void,
): Promise<Reading> => {
  const { sections, pages } = await read(bytes, format, onPage);
  const meter = createTextMeter();
  const clean = sections.map((section) => ({
    ...section,
    content: meter.count(cleanText(section.content)),
    headings: section.headings.map(cleanText),
  }));
  return { pages, sections: clean.filter((section) => section.content.trim() !== '') };
};

const read = async (
  bytes: Uint8Array,
  format: DocumentFormat,
  onPage: (pages: number) => void,
): Promise<Reading> => {
  if (format === 'pdf') return readPdf(bytes, onPage);
  if (format === 'docx') return { sections: await readDocx(bytes), pages: null };
  return { sections: READERS[format](decodeText(bytes)), pages: null };
};

/** What neither a database nor a screen takes: control characters and halves of surrogate pairs, which entities and escapes can stand for. */
const cleanText = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '').toWellFormed();
