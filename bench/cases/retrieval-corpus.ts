import { glob, readFile } from 'node:fs/promises';

import type { Embedder } from '../../platform/embeddings/index.ts';
import { seededRandom } from '../../platform/expression/seeded-random.ts';

const CENTRES = 1_200;
/** The last ones, which nothing remembered is made of, are asked for. */
const ASKED = 60;
const PATHS = ['*.md', 'docs/**/*.md', '{activities,api,contracts,platform,store,workflows}/**/*.ts'];
const CHARACTERS = 400;
const AT_ONCE = 24;

/** Paragraphs of the repository's own documents and code, and their vectors by the local model. */
export interface Centres {
  texts: string[];
  vectors: number[][];
}

export interface Drawn {
  /** Where in the order of topics it stands; a circle that speaks of few topics has those of a range. */
  topic: number;
  text: string;
  vector: number[];
}

export async function readCentres(embedder: Embedder): Promise<Centres> {
  const paragraphs: string[] = [];
  const paths: string[] = [];
  for await (const path of glob(PATHS)) paths.push(path);
  for (const path of paths.toSorted())
    for (const paragraph of (await readFile(path, 'utf8')).split(/\n\s*\n/))
      if (paragraph.trim().length > 80) paragraphs.push(paragraph.trim().slice(0, CHARACTERS));
  const random = seededRandom('centres');
  const texts = paragraphs
    .map((text) => ({ text, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, CENTRES)
    .map(({ text }) => text);
  const vectors: number[][] = [];
  for (let from = 0; from < texts.length; from += AT_ONCE)
    vectors.push(...(await embedder.embed(texts.slice(from, from + AT_ONCE))));
  return { texts, vectors };
}

/**
 * What is remembered: each vector a mixture of two real ones with noise of its own, so that there are clusters and what lies between them, as
 * in a real house. `isAsked` draws around the centres that are kept back.
 */
export function createDraw({ texts, vectors }: Centres, key: string): (isAsked?: boolean) => Drawn {
  const random = seededRandom(key);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kept = texts.length - ASKED;
  const below = (limit: number): number => Math.floor(random() * limit);
  return (isAsked = false) => {
    const topic = isAsked ? kept + below(ASKED) : below(kept);
    const other = below(kept);
    const share = random() / 2;
    const one = vectors[topic] ?? [];
    const noise = isAsked ? 0 : (0.3 + random() / 2) / Math.sqrt(one.length);
    const mixed = one.map(
      (value, at) => (1 - share) * value + share * (vectors[other]?.[at] ?? 0) + noise * gaussian(),
    );
    const length = Math.hypot(...mixed);
    const from = below(150);
    return {
      topic,
      // A cut may go through a character of two units.
      text: `${texts[topic]?.slice(from, from + 120) ?? ''} ${texts[other]?.slice(0, 80) ?? ''}`.toWellFormed(),
      vector: mixed.map((value) => value / length),
    };
  };
}
