/** From a file to chunks of text. Nothing here knows of the database, of embeddings or of who asks. */
export { CHUNK_SIZES, chunkSections, type ChunkSizes, type ChunkText } from './chunk-sections.ts';
export { detectFormat, type Detection, type FileHead } from './detect-format.ts';
export {
  type DocumentFile,
  type ParsedDocument,
  parseDocument,
  type ParseOptions,
} from './parse-document.ts';
export type { Section } from './section.ts';
