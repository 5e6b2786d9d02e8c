import type { Section } from '../section.ts';

/** A text without headings is one section. */
export const readText = (text: string): Section[] => [
  { content: text, headings: [], page: null, firstLine: 1, cutBetween: 'sentences' },
];
