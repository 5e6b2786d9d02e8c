/** Between a small letter and a capital, as in `reembedWorkflow`. */
const HUMP = /(?<=\p{Ll})(?=\p{Lu})/gu;
/** What is part of no word; an apostrophe is, between letters. */
const NO_WORD = /[^\p{L}\p{M}\p{N}'’]+|(?<!\p{L})['’]|['’](?!\p{L})/gu;

/**
 * A text as the model reads it best: its words, in small letters, identifiers taken apart. The model knows sentences, and takes markup, paths
 * and capitals for something else; see docs/retrieval-quality.md. A text without a word stays as it is.
 */
export function plainWords(text: string): string {
  const words = text.replace(HUMP, ' ').toLowerCase().replace(NO_WORD, ' ').trim();
  return words === '' ? text : words;
}
