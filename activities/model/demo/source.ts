import type { Document } from './document.ts';
import { type Extract, extractsOf } from './extract.ts';

/** What a part of a schema is filled from. */
export interface Source {
  documents: readonly Document[];
  extracts: readonly Extract[];
  text: string;
}

/** The name of a property and what its schema says of it: the words by which its value is looked for. */
export interface Wanted {
  name: string;
  subject: string;
}

export function sourceOf(documents: readonly Document[]): Source {
  const extracts = extractsOf(documents);
  return { documents, extracts, text: extracts.map(({ text }) => text).join('\n') };
}
