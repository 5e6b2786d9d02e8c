import { fileTypeFromBuffer } from 'file-type';

import type { DocumentFormat } from '../../contracts/knowledge.ts';
import { looksLikeText } from './decode-text.ts';
import { formatOfMediaType, formatOfName } from './format-names.ts';

/** What of a file tells its format. */
export interface FileHead {
  name: string;
  /** What it was sent as. */
  mediaType?: string | undefined;
  /** Its first bytes: 4,096, or all of it. */
  head: Uint8Array;
}

/** A format, or why the file is not taken, in words for a person. */
export type Detection = { format: DocumentFormat } | { refusal: string };

export const HEAD_BYTES = 4_096;

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** A PDF may have something else before its first line. */
const PDF_WITHIN = 1_024;

/**
 * The format of a file by its first bytes, then by its name, then by what it was sent as. Whether all of it can be read is seen when it is
 * parsed.
 */
export const detectFormat = async ({ name, mediaType, head }: FileHead): Promise<Detection> => {
  if (head.length === 0) return { refusal: 'The file is empty' };
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, PDF_WITHIN)).toString(
    'latin1',
  );
  if (start.includes('%PDF-')) return { format: 'pdf' };
  const promised = formatOfName(name);
  if (start.startsWith('PK\u0003\u0004')) return formatOfZip(promised, head);
  if (start.startsWith('\u00d0\u00cf\u0011\u00e0'))
    return {
      refusal:
        'The file is protected by a password, or from a version of Office before 2007: save it as .docx without a password',
    };
  if (start.startsWith('{\\rtf')) return { refusal: 'Rich text (RTF) is not read: save it as .docx or PDF' };
  if (!looksLikeText(head)) return { refusal: await nameBinary(head) };
  if (promised === 'pdf' || promised === 'docx')
    return {
      refusal: `The name says ${promised === 'pdf' ? 'PDF' : 'Word'}, but that is not what the file holds`,
    };
  return { format: promised ?? textFormatOf(mediaType) ?? (looksLikeHtml(start) ? 'html' : 'text') };
};

const formatOfZip = async (promised: DocumentFormat | null, head: Uint8Array): Promise<Detection> => {
  const type = await fileTypeFromBuffer(head);
  // From the first bytes alone it is often seen to be an archive, and no more.
  if (type?.mime === DOCX || (promised === 'docx' && (type === undefined || type.mime === 'application/zip')))
    return { format: 'docx' };
  return {
    refusal:
      type === undefined || type.ext === 'zip'
        ? 'The file is an archive: upload what is in it'
        : `Files of the type ${type.ext} are not read: save it as PDF, .docx or CSV`,
  };
};

const nameBinary = async (head: Uint8Array): Promise<string> => {
  const type = await fileTypeFromBuffer(head);
  return type === undefined
    ? 'The file holds no text: it is binary, or its encoding is not known (UTF-8 is)'
    : `Files of the type ${type.ext} (${type.mime}) hold no text that can be read`;
};

/** Text that was sent as a PDF is still text. */
const textFormatOf = (mediaType: string | undefined): DocumentFormat | null => {
  const format = formatOfMediaType(mediaType);
  return format === 'pdf' || format === 'docx' || format === 'text' ? null : format;
};

const looksLikeHtml = (start: string): boolean =>
  /^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype html|html)\b/i.test(start);
