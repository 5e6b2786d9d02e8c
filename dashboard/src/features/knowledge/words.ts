import { type Chunk, DOCUMENT_LIMIT_BYTES, type KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { ApiFailure, wordsOf } from '../../lib/failure.ts';
import { bytesText, counted } from '../../lib/format.ts';

export const FORMATS: Record<KnowledgeDocument['format'], string> = {
  text: 'Text',
  markdown: 'Markdown',
  html: 'HTML',
  csv: 'Table (CSV)',
  json: 'JSON',
  pdf: 'PDF',
  docx: 'Word',
  code: 'Source code',
};

/** How far a document is: "12 of 40 chunks", "3 pages", or nothing yet. */
export function progressText({ progress: { pages, chunks, embedded }, status }: KnowledgeDocument): string {
  const parts = [
    ...(pages === null ? [] : [counted(pages, 'page')]),
    ...(chunks === null
      ? []
      : [
          status === 'completed'
            ? counted(chunks, 'chunk')
            : `${embedded.toLocaleString('en')} of ${counted(chunks, 'chunk')}`,
        ]),
  ];
  return parts.join(', ');
}

/** Between 0 and 1; undefined until it is known what there is to do. */
export const shareOf = ({ progress: { chunks, embedded } }: KnowledgeDocument): number | undefined =>
  chunks === null || chunks === 0 ? undefined : Math.min(1, embedded / chunks);

/** Where a chunk stands: "Terms › Payment · page 4 · lines 10 to 18". */
export function placeText({ headings, page, lines }: Chunk): string {
  return [
    ...(headings.length > 0 ? [headings.join(' › ')] : []),
    ...(page === null ? [] : [`page ${page}`]),
    ...(lines === null
      ? []
      : [lines.from === lines.until ? `line ${lines.from}` : `lines ${lines.from} to ${lines.until}`]),
  ].join(' · ');
}

/** Why the server did not take a file: what is wrong with it, where that is told. */
export function reasonOf(error: unknown): string {
  const told = error instanceof ApiFailure ? error.problem.errors.map(({ message }) => message) : [];
  return told.length > 0 ? told.join(' ') : wordsOf(error).detail;
}

/** Why a file is not even sent; undefined where nothing speaks against it. */
export function refusalOf(file: Pick<File, 'size'>): string | undefined {
  if (file.size === 0) return 'It is empty.';
  return file.size > DOCUMENT_LIMIT_BYTES
    ? `It has ${bytesText(file.size)}, and at most ${bytesText(DOCUMENT_LIMIT_BYTES)} are taken.`
    : undefined;
}
