import type { Document, Section } from './document.ts';
import { about, best, bulletsOf, digestLength, type Extract, leading, proseOf } from './extract.ts';
import { keywordsOf, namesOf, tellsFigure } from './facts.ts';
import { pickBest } from './text-rank.ts';
import { speakingOf } from './topics.ts';
import { similarityOf } from './words.ts';

type Part = (extracts: readonly Extract[], documents: readonly Document[]) => string;

/** What is put under a heading, by the words of the heading. The first entry that fits counts. */
const PARTS: readonly (readonly [RegExp, Part])[] = [
  [/section|chapter|detail|in turn/i, (extracts, documents) => sectionBySection(extracts, documents)],
  [/overview|summary|in short|gist|abstract|introduction|about/i, (extracts) => overview(extracts)],
  [
    /(?:figure|number).*name|name.*(?:figure|number)/i,
    (extracts) => [figures(extracts, 8), names(extracts)].filter((text) => text !== '').join('\n\n'),
  ],
  [/figure|number|metric|amount|data/i, (extracts) => figures(extracts, 12)],
  [/name|people|attend|participant|who|part(?:y|ies)/i, (extracts) => names(extracts)],
  [/common|both|shared|similar|alike|same/i, (extracts, documents) => inCommon(extracts, documents)],
  [/only|differ|contrast|disagree|apart/i, (extracts, documents) => apart(extracts, documents)],
  [/key|main|finding|highlight|point|takeaway|essential/i, (extracts) => keyPoints(extracts, 7)],
];

/** The text that belongs under one heading of an asked-for outline; says so where the material holds none. */
export function partOf(
  { heading, about: subject }: { heading: string; about: string },
  extracts: readonly Extract[],
  documents: readonly Document[],
): string {
  const text =
    ownSection(heading, extracts) ??
    spokenOf(heading, extracts) ??
    PARTS.find(([pattern]) => pattern.test(heading))?.[1](extracts, documents) ??
    proseOf(pickFor(`${heading} ${subject}`, extracts));
  return text === '' ? 'The text says nothing of this.' : text;
}

/** What the material itself has under that very heading. */
function ownSection(heading: string, extracts: readonly Extract[]): string | undefined {
  const own = extracts.filter(({ section }) => section.heading.toLowerCase() === heading.toLowerCase());
  if (own.length === 0) return undefined;
  return speakingOf(heading, own) === undefined ? proseOf(best(own, 12)) : bulletsOf(leading(own, 12));
}

function spokenOf(heading: string, extracts: readonly Extract[]): string | undefined {
  const spoken = speakingOf(heading, extracts);
  return spoken === undefined ? undefined : bulletsOf(leading(spoken, 12));
}

const pickFor = (subject: string, extracts: readonly Extract[]): Extract[] =>
  best(about(subject, extracts), 3);

/** The sentence that the text opens with, then the most telling ones; items and rows only where there are no sentences. */
function overview(extracts: readonly Extract[]): string {
  const sentences = extracts.filter(({ kind }) => kind === 'sentence');
  const [opening] = sentences;
  if (opening === undefined || sentences.length < 4) return proseOf(best(extracts, 4));
  return proseOf([opening, ...best(sentences.slice(1), 3)]);
}

/** At most one from each section until every section was heard, so that no part of the text is left out of the points. */
export function keyPoints(extracts: readonly Extract[], count: number): string {
  const bySection = Map.groupBy(extracts, ({ section }) => section);
  const leaders = [...bySection.values()].flatMap((group) => pickBest(group, 1));
  const indexes = new Set(pickBest(leaders, count).map(({ index }) => index));
  for (const { index } of pickBest(extracts, count)) if (indexes.size < count) indexes.add(index);
  return bulletsOf(extracts.filter(({ index }) => indexes.has(index)));
}

export function sectionBySection(extracts: readonly Extract[], documents: readonly Document[]): string {
  const bySection = Map.groupBy(extracts, ({ section }) => section);
  return documents
    .flatMap(({ sections }) => sections)
    .map((section) => sectionText(section, bySection.get(section) ?? []))
    .filter((text) => text !== '')
    .join('\n\n');
}

function sectionText(section: Section, extracts: readonly Extract[]): string {
  const code = section.passages
    .find(({ kind }) => kind === 'code')
    ?.text.split('\n')
    .slice(0, 6)
    .join('\n');
  const digest = proseOf(best(extracts, digestLength(extracts.length)));
  const body = digest === '' && code !== undefined ? `\`\`\`\n${code}\n\`\`\`` : digest;
  if (body === '') return '';
  return section.heading === '' ? body : `### ${section.heading}\n\n${body}`;
}

const figures = (extracts: readonly Extract[], count: number): string =>
  bulletsOf(
    leading(
      extracts.filter(({ text }) => tellsFigure(text)),
      count,
    ),
  );

function names(extracts: readonly Extract[]): string {
  const found = namesOf(extracts.map(({ text }) => text)).slice(0, 20);
  return found.length === 0 ? '' : `Names and terms: ${found.join(', ')}.`;
}

/** From this share of common stems on, two sentences of two texts are taken to say the same. */
const SAME = 0.3;

const nearest = (extract: Extract, others: readonly Extract[]): number =>
  others.reduce(
    (most, other) =>
      other.document === extract.document ? most : Math.max(most, similarityOf(extract.stems, other.stems)),
    0,
  );

/** Every sentence is laid beside every other one, so only the most telling ones are. */
const COMPARED = 300;

function inCommon(all: readonly Extract[], [first, ...others]: readonly Document[]): string {
  const extracts = leading(all, COMPARED);
  const shared = extracts.filter(
    (extract) => extract.document === first && nearest(extract, extracts) >= SAME,
  );
  const termsOf = (document: Document | undefined): string[] =>
    keywordsOf(textOf(extracts.filter((extract) => extract.document === document)), 60);
  const terms = termsOf(first).filter((term) => others.every((other) => termsOf(other).includes(term)));
  return [
    bulletsOf(leading(shared, 8)),
    terms.length === 0 ? '' : `Terms that stand in all of them: ${terms.slice(0, 15).join(', ')}.`,
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

const textOf = (extracts: readonly Extract[]): string => extracts.map(({ text }) => text).join('\n');

function apart(all: readonly Extract[], documents: readonly Document[]): string {
  const extracts = leading(all, COMPARED);
  return documents
    .map((document, index) => {
      const own = extracts.filter(
        (extract) => extract.document === document && nearest(extract, extracts) < SAME,
      );
      const title = document.name === '' ? `Text ${index + 1}` : document.name;
      return own.length === 0 ? '' : `**${title}**\n\n${bulletsOf(best(own, 6))}`;
    })
    .filter((text) => text !== '')
    .join('\n\n');
}
