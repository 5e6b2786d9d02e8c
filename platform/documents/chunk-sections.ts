import { cutText } from './cut-text.ts';
import { embeddedTextOf } from './embedded-text.ts';
import type { Section } from './section.ts';

/** In characters (UTF-16 units); `min` and twice `overlap` fit into `max`. */
export interface ChunkSizes {
  /** No chunk of a longer section is shorter, but before a wide empty space. */
  min: number;
  max: number;
  /** Of the end of a chunk that the next one of its section begins with, at most. */
  overlap: number;
}

/**
 * The local embedding model reads windows of 128 tokens, some 450 characters, and averages those of a longer text: a chunk is one to two of
 * them. A sentence or two are repeated, so that what was cut apart is found from either side.
 */
export const CHUNK_SIZES: ChunkSizes = { min: 400, max: 1_000, overlap: 150 };

/** A chunk before it has an id. */
export interface ChunkText {
  content: string;
  page: number | null;
  headings: string[];
  /** First and last line of the file that it covers, or rows of a table. */
  lines: { from: number; until: number } | null;
  /** What is embedded and hashed: the headings and the content. */
  embeddedText: string;
}

const MAX_HEADINGS = 6;
const MAX_HEADING_LENGTH = 120;

/**
 * Cuts sections into chunks: each is a stretch of one section, in order, and together they hold all of it. Where to cut is chosen by
 * what stands around the place alone, so that a change of the text changes the chunks around it and leaves the others as they were.
 * The same sections always give the same chunks.
 */
export const chunkSections = (sections: readonly Section[], sizes: ChunkSizes = CHUNK_SIZES): ChunkText[] =>
  sections.flatMap((section) => chunkSection(section, sizes));

const chunkSection = (section: Section, sizes: ChunkSizes): ChunkText[] => {
  const headings = section.headings.slice(-MAX_HEADINGS).map(shorten);
  const countLines = createLineCounter(section);
  return cutText(section.content, section.cutBetween, sizes).map(({ from, until }) => {
    const content = section.content.slice(from, until);
    return {
      content,
      page: section.page,
      headings,
      lines: countLines(from, until),
      embeddedText: embeddedTextOf({ headings, content }),
    };
  });
};

const shorten = (heading: string): string => {
  const characters = Array.from(heading);
  return characters.length <= MAX_HEADING_LENGTH
    ? heading
    : `${characters.slice(0, MAX_HEADING_LENGTH - 1).join('')}…`;
};

/** Chunks come in order, so that lines are counted on from the chunk before. */
const createLineCounter = ({ content, firstLine }: Section) => {
  let at = 0;
  let line = firstLine ?? 0;
  const advance = (to: number): number => {
    if (to < at) {
      for (let index = to; index < at; index++) if (content.charCodeAt(index) === NEWLINE) line--;
    } else for (let index = at; index < to; index++) if (content.charCodeAt(index) === NEWLINE) line++;
    at = to;
    return line;
  };
  return (from: number, until: number): ChunkText['lines'] =>
    firstLine === null ? null : { from: advance(from), until: advance(until) };
};

const NEWLINE = 10;
