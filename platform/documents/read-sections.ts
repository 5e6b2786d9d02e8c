import type { DocumentFormat } from '../../contracts/knowledge.ts';
import { decodeText } from './decode-text.ts';
import { createTextMeter } from './document-limits.ts';
import type { Section } from './section.ts';

export interface Reading {
  /** None where the file holds no text. */
  sections: Section[];
  /** Null where the format has none. */
  pages: number | null;
}

type TextFormat = Exclude<DocumentFormat, 'pdf' | 'docx'>;

/** Each is loaded when it is needed: the largest of them takes longer to load than most documents take to read. */
const READERS: Record<TextFormat, () => Promise<(text: string) => Section[]>> = {
  text: async () => (await import('./formats/text.ts')).readText,
  markdown: async () => (await import('./formats/markdown.ts')).readMarkdown,
  html: async () => (await import('./formats/html.ts')).readHtml,
  csv: async () => (await import('./formats/csv.ts')).readCsv,
  json: async () => (await import('./formats/json.ts')).readJson,
  code: async () => (await import('./formats/code.ts')).readCode,
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
  if (format === 'pdf') return (await import('./formats/pdf.ts')).readPdf(bytes, onPage);
  if (format === 'docx') {
    const { readDocx } = await import('./formats/docx.ts');
    return { sections: await readDocx(bytes), pages: null };
  }
  const readText = await READERS[format]();
  return { sections: readText(decodeText(bytes)), pages: null };
};

/** What neither a database nor a screen takes: control characters and halves of surrogate pairs, which entities and escapes can stand for. */
const cleanText = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '').toWellFormed();
