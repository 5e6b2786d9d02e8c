/** From a file to chunks of text. Nothing here knows of the database, of embeddings or of who asks. */
export { detectFormat } from './detect-format.ts';
export { parseDocument } from './parse-document.ts';
