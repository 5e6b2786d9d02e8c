import type { Section } from '../section.ts';

/** Source code is cut between its lines; see `cut-places.ts` for where. */
export const readCode = (text: string): Section[] => [
  { content: text, headings: [], page: null, firstLine: 1, cutBetween: 'lines' },
];
