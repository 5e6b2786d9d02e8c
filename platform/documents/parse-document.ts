import { GatheringFailure } from '../../contracts/failure.ts';
import type { DocumentFormat } from '../../contracts/knowledge.ts';
import type { ChunkText } from './chunk-sections.ts';
import { chunkSections } from './chunk-sections.ts';
import { detectFormat } from './detect-format.ts';
import { readSections } from './read-sections.ts';

/** A file as it was uploaded. */
export interface DocumentFile {
  bytes: Uint8Array;
  name: string;
  /** What it was sent as. */
  mediaType?: string;
}

export interface ParseOptions {
  signal?: AbortSignal;
  /** Called with the number of pages that are read, of formats that have them. */
  onProgress?: (pages: number) => void;
}

export interface ParsedDocument {
  format: DocumentFormat;
  /** Null where the format has none. */
  pages: number | null;
  /** In the order of the document; at least one. */
  chunks: ChunkText[];
}

/**
 * Reads a document and cuts it into chunks.
 * @throws `InvalidInput` with the reason in words for a person: the file cannot be read, holds no text, or is over a limit
 */
export const parseDocument = async (
  { bytes, name, mediaType }: DocumentFile,
  _options: ParseOptions = {},
): Promise<ParsedDocument> => {
  const detection = await detectFormat({ name, mediaType, head: bytes.subarray(0, 4_096) });
  if ('refusal' in detection) throw new GatheringFailure('InvalidInput', detection.refusal);
  const sections = await readSections(bytes, detection.format);
  return { format: detection.format, pages: null, chunks: chunkSections(sections) };
};
