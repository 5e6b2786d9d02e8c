import type { ChunkSizes } from './chunk-sections.ts';
import type { CutPlace } from './cut-places.ts';
import { cutPlaces, overlapStart, skipSpace } from './cut-places.ts';
import type { Section } from './section.ts';

/** From the first character to the one behind the last. */
export interface Span {
  from: number;
  until: number;
}

/** Before and after a place: what its hash is taken of. */
const SEEN = { before: 24, after: 8 };

/**
 * Content-defined chunking (Muthitacharoen, Chen, Mazières: "A low-bandwidth network file system", SOSP 2001), on the places where a
 * reader would cut: of those between the least and the greatest size the best kind is taken, and among equals the one whose surroundings
 * have the lowest hash. Two texts that are equal from some place on are soon cut at the same places.
 */
export const cutText = (
  text: string,
  cutBetween: Section['cutBetween'],
  { min, max, overlap }: ChunkSizes,
): Span[] => {
  const end = text.trimEnd().length;
  const spans: Span[] = [];
  let start = skipSpace(text, 0);
  let from = start;
  while (end - from > max) {
    // The last cut leaves enough for the chunk behind it.
    const window = { from: start + min, until: Math.max(start + min, Math.min(from + max, end - min)) };
    const until = lowest(text, cutPlaces(text, start, window, cutBetween));
    spans.push({ from, until });
    start = skipSpace(text, until);
    // What is far apart is not told twice: it would be a chunk of white space.
    const repeated =
      start - until > overlap
        ? undefined
        : overlapStart(text, Math.max(from, until - overlap), until, cutBetween);
    from = repeated ?? start;
  }
  if (start < end) spans.push({ from, until: end });
  return spans;
};

const lowest = (text: string, places: readonly CutPlace[]): number => {
  let best: (CutPlace & { hash: number }) | undefined;
  for (const place of places) {
    if (best !== undefined && place.rank < best.rank) continue;
    const hash = fnv1a(text.slice(Math.max(0, place.at - SEEN.before), place.at + SEEN.after));
    if (best === undefined || place.rank > best.rank || hash < best.hash) best = { ...place, hash };
  }
  // `cutPlaces` never answers with none.
  return best?.at ?? text.length;
};

/** Fowler, Noll, Vo: FNV-1a, 32 bits, over UTF-16 units. */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
};
