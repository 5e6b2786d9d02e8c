import { GatheringFailure } from '../../contracts/failure.ts';
import type { DocumentFormat } from '../../contracts/knowledge.ts';
import type { ChunkText } from './chunk-sections.ts';
import { detectFormat, HEAD_BYTES } from './detect-format.ts';
import type { ParseLimits } from './document-limits.ts';
import { PARSE_LIMITS } from './document-limits.ts';
import { parseInProcess } from './parse-process.ts';

/** A file as it was uploaded. */
export interface DocumentFile {
  bytes: Uint8Array;
  name: string;
  /** What it was sent as. */
  mediaType?: string;
}

export interface ParseOptions {
  /** Ends the parser at once. */
  signal?: AbortSignal;
  /** Called now and then with the number of pages that are read, of formats that have them. */
  onProgress?: (pages: number) => void;
  limits?: ParseLimits;
}

export interface ParsedDocument {
  format: DocumentFormat;
  /** Null where the format has none. */
  pages: number | null;
  /** In the order of the document; at least one. */
  chunks: ChunkText[];
}

/**
 * Reads a document and cuts it into chunks, in a process of its own with limits of time and memory. The same file gives the same chunks.
 * @throws `InvalidInput` with the reason in words for a person: the file cannot be read, holds no text, or is over a limit
 * @throws `Unavailable` when the process cannot be started, or was ended from outside
 */
export const parseDocument = async (
  { bytes, name, mediaType }: DocumentFile,
  { signal, onProgress, limits = PARSE_LIMITS }: ParseOptions = {},
): Promise<ParsedDocument> => {
  const detection = await detectFormat({ name, mediaType, head: bytes.subarray(0, HEAD_BYTES) });
  if ('refusal' in detection) throw new GatheringFailure('InvalidInput', detection.refusal);
  const { format } = detection;
  const { pages, chunks } = await parseInProcess({ bytes, format }, { limits, signal, onProgress });
  return { format, pages, chunks };
};
