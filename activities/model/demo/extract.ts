import type { Document, Passage, Section } from './document.ts';
import { tellsFigure } from './facts.ts';
import { pickBest, type Ranked, rankSentences } from './text-rank.ts';
import { shareOf, stemsOf } from './words.ts';

/** A passage with its rank within all that the prompt gives. */
export interface Extract extends Ranked {
  kind: Passage['kind'];
  section: Section;
  document: Document;
}

/** Whole sentences can be read alone; items and rows lean on the list or table that they stand in. */
const WEIGHTS: Readonly<Record<Passage['kind'], number>> = { sentence: 1, item: 0.85, row: 0.6, code: 0 };

/** Everything that can be quoted, ranked as one text. Code is left out: it has no sentences. */
export function extractsOf(documents: readonly Document[]): Extract[] {
  const found = documents.flatMap((document) =>
    document.sections.flatMap((section) =>
      section.passages
        .filter((passage) => passage.kind !== 'code')
        .map((passage) => ({ ...passage, section, document })),
    ),
  );
  const ranked = rankSentences(found.map((passage) => passage.text));
  return found.flatMap((passage, index) => {
    const rank = ranked[index];
    return rank === undefined ? [] : [{ ...passage, ...rank, score: rank.score * WEIGHTS[passage.kind] }];
  });
}

/** The best `count` passages; a tell-tale figure is not lost where there is room for one. */
export function best(extracts: readonly Extract[], count: number): Extract[] {
  const picked = pickBest(extracts, count).filter(isExtract);
  if (count < 3 || picked.some(({ text }) => tellsFigure(text))) return picked;
  const [figure] = pickBest(
    extracts.filter(({ text }) => tellsFigure(text)),
    1,
  ).filter(isExtract);
  return figure === undefined
    ? picked
    : [...picked.slice(0, count - 1), figure].sort((a, b) => a.index - b.index);
}

/** The best `count`, even where they repeat each other, in the order of the text. */
export const leading = (extracts: readonly Extract[], count: number): Extract[] =>
  extracts
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, count)
    .sort((a, b) => a.index - b.index);

/** Those that speak of the subject, the most fitting first in rank; empty when none does. */
export function about(subject: string, extracts: readonly Extract[]): Extract[] {
  const wanted = stemsOf(subject);
  return extracts.flatMap((extract) => {
    const headed = stemsOf(extract.section.heading);
    const share = shareOf(wanted, extract.stems) + 0.5 * shareOf(wanted, headed);
    return share === 0 ? [] : [{ ...extract, score: (0.2 + extract.score) * share * share }];
  });
}

/** Passages as text: sentences in one paragraph, items and rows as a list. */
export function proseOf(extracts: readonly Extract[]): string {
  let text = '';
  let listed = false;
  for (const { kind, text: passage } of extracts) {
    const isListed = kind !== 'sentence';
    if (text !== '') text += isListed || listed ? (isListed && listed ? '\n' : '\n\n') : ' ';
    text += isListed ? `- ${passage}` : passage;
    listed = isListed;
  }
  return text;
}

export const bulletsOf = (extracts: readonly Extract[]): string =>
  extracts.map(({ text }) => `- ${text}`).join('\n');

/** How many sentences stand for a text of this many: all of a short one, a fifth of a long one, five at most. */
export const digestLength = (passages: number): number => Math.min(5, Math.max(2, Math.ceil(passages / 5)));

const isExtract = (ranked: Ranked): ranked is Extract => 'section' in ranked;
