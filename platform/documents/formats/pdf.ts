import { getDocumentProxy } from 'unpdf';

import { GatheringFailure } from '../../../contracts/failure.ts';
import { createTextMeter, MAX_PAGES } from '../document-limits.ts';
import type { Section } from '../section.ts';
import type { PdfPage } from './pdf-lines.ts';
import { linesOf } from './pdf-lines.ts';
import { outlinePages } from './pdf-outline.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Only what it is opened with; it runs nothing that a document brings, and loads nothing. */
const SETTINGS = { isEvalSupported: false, enableXfa: false, stopAtErrors: false, verbosity: 0 };

/** The text of each page; what is set larger than most is a heading. */
export const readPdf = async (
  bytes: Uint8Array,
  onPage: (pages: number) => void,
): Promise<{ sections: Section[]; pages: number }> => {
  const pdf = await open(bytes);
  if (pdf.numPages > MAX_PAGES)
    throw refuse(`The PDF has ${pdf.numPages} pages; at most ${MAX_PAGES} are read`);
  const meter = createTextMeter();
  const pages: PdfPage[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await readPage(pdf, number);
    for (const line of page.lines) meter.count(line.text);
    pages.push(page);
    onPage(number);
  }
  const sections = outlinePages(pages);
  if (sections.length === 0)
    throw refuse(
      'The PDF holds no text: its pages are pictures, as of a scan. Have its text recognised first',
    );
  return { sections, pages: pdf.numPages };
};

const open = async (bytes: Uint8Array): Promise<Pdf> => {
  try {
    // It takes the memory over.
    return await getDocumentProxy(Uint8Array.from(bytes), SETTINGS);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PasswordException')
      throw refuse('The PDF is protected by a password', cause);
    throw refuse(`The PDF is damaged: ${reasonOf(cause)}`, cause);
  }
};

const readPage = async (pdf: Pdf, number: number): Promise<PdfPage> => {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const [, bottom = 0, , top = 0] = page.view;
    page.cleanup();
    return { number, bottom, top, lines: linesOf(items.filter((item) => 'str' in item)) };
  } catch (cause) {
    throw refuse(`Page ${number} of the PDF is damaged: ${reasonOf(cause)}`, cause);
  }
};

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const refuse = (message: string, cause?: unknown): GatheringFailure =>
  new GatheringFailure('InvalidInput', message, { cause });
