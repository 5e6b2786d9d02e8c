import type { DocumentFormat } from '../../contracts/knowledge.ts';
import { readMarkdown } from './formats/markdown.ts';
import { readText } from './formats/text.ts';
import type { Section } from './section.ts';

/** The text of a document by its format. Only `parse-host.ts` calls it with what was uploaded: a parser may hang, or take all memory. */
export const readSections = (bytes: Uint8Array, format: DocumentFormat): Promise<Section[]> => {
  const text = new TextDecoder().decode(bytes);
  return Promise.resolve(format === 'markdown' ? readMarkdown(text) : readText(text));
};
