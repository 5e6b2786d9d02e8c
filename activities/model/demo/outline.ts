import type { Document, Section } from './document.ts';
import { about, best, bulletsOf, digestLength, type Extract, proseOf } from './extract.ts';
import { dateIn, namesOf, tellsFigure } from './facts.ts';
import { pickBest } from './text-rank.ts';
import { similarityOf } from './words.ts';

type Part = (extracts: readonly Extract[], documents: readonly Document[]) => string;

const matching =
  (pattern: RegExp, count = 12): Part =>
  (extracts) =>
    bulletsOf(
      firstOf(
        extracts.filter(({ text }) => pattern.test(text)),
        count,
      ),
    );

const firstOf = (extracts: readonly Extract[], count: number): Extract[] =>
  extracts
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .sort((a, b) => a.index - b.index);

/** What is put under a heading, by the words of the heading. The first entry that fits counts. */
const PARTS: readonly (readonly [RegExp, Part])[] = [
  [/section|chapter|detail|in turn/i, (extracts, documents) => sectionBySection(extracts, documents)],
  [/overview|summary|in short|gist|abstract|introduction|about/i, (extracts) => overview(extracts)],
  [
    /decision|agreed|resolved/i,
    matching(/\b(?:decid|decision|agree|approv|resolv|chose|choose|settled|voted|will use)/i),
  ],
  [
    /action|to.?dos?\b|next step|task|follow.?up/i,
    matching(
      /\b(?:will|action|to.?do|must|needs? to|has to|have to|by (?:mon|tues|wednes|thurs|fri|satur|sun)day|owner|deadline|follow.?up)\b/i,
    ),
  ],
  [
    /question|unclear|open point|gap/i,
    matching(/\?|\b(?:unclear|unknown|open question|undecided|not yet|to be decided|tbd)\b/i),
  ],
  [
    /risk|concern|problem|issue|limit|weak|warning/i,
    matching(
      /\b(?:risk|concern|problem|issue|fail|limit|cannot|danger|warn|lose|lost|delay|blocked|late|expensive)/i,
    ),
  ],
  [/recommend|advice|should/i, matching(/\b(?:should|recommend|must|advis|better|prefer|suggest)/i)],
  [
    /date|deadline|time.?line|schedule/i,
    (extracts) =>
      bulletsOf(
        extracts
          .filter(
            ({ text }) =>
              dateIn(text) !== undefined ||
              /\b(?:deadline|mon|tues|wednes|thurs|fri|satur|sun)day\b/i.test(text),
          )
          .slice(0, 12),
      ),
  ],
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
  const part = PARTS.find(([pattern]) => pattern.test(heading))?.[1];
  const text =
    part === undefined ? proseOf(pickFor(`${heading} ${subject}`, extracts)) : part(extracts, documents);
  return text === '' ? 'The text says nothing of this.' : text;
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
    firstOf(
      extracts.filter(({ text }) => tellsFigure(text)),
      count,
    ),
  );

function names(extracts: readonly Extract[]): string {
  const found = namesOf(extracts.map(({ text }) => text)).slice(0, 20);
  return found.length === 0 ? '' : `Names and terms: ${found.join(', ')}.`;
}

/** From this share of common stems on, two sentences of two texts are taken to say the same. */
const SAME = 0.34;

const nearest = (extract: Extract, others: readonly Extract[]): number =>
  others.reduce(
    (most, other) =>
      other.document === extract.document ? most : Math.max(most, similarityOf(extract.stems, other.stems)),
    0,
  );

function inCommon(extracts: readonly Extract[], [first]: readonly Document[]): string {
  const shared = extracts.filter(
    (extract) => extract.document === first && nearest(extract, extracts) >= SAME,
  );
  return bulletsOf(firstOf(shared, 8));
}

function apart(extracts: readonly Extract[], documents: readonly Document[]): string {
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
