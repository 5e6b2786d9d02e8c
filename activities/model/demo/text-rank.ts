import { similarityOf, stemsOf } from './words.ts';

/** A sentence with what is known of it; `score` is above 0, higher is more telling. */
export interface Ranked {
  text: string;
  /** Place in the text. */
  index: number;
  stems: ReadonlySet<string>;
  score: number;
}

const DAMPING = 0.85;
const ROUNDS = 40;
const CONVERGED = 1e-4;
/** The graph grows with the square of its nodes, so of a long text only the sentences with the most frequent words enter it. */
const MAX_NODES = 300;
/** Sentences above this many characters share a lot merely by being long. */
const LONG = 220;

/**
 * Ranks sentences by how much they share with all others: TextRank (Mihalcea and Tarau, "TextRank: Bringing Order into
 * Texts", EMNLP 2004), whose similarity is the number of shared words over the sum of the logarithms of the lengths.
 * The first sentences of a text and those of a reasonable length weigh a little more. Deterministic.
 */
export function rankSentences(texts: readonly string[]): Ranked[] {
  const all = texts.map((text, index): Ranked => ({ text, index, stems: stemsOf(text), score: 0 }));
  const nodes = all.length <= MAX_NODES ? all : mostFrequent(all).slice(0, MAX_NODES);
  const scores = pageRank(linksBetween(nodes));
  nodes.forEach((node, position) => {
    node.score = (scores[position] ?? 0) * lengthFactor(node) * (1 + 0.3 / (1 + node.index));
  });
  return all;
}

/** The best `count` that do not repeat each other, in the order of the text. */
export function pickBest(ranked: readonly Ranked[], count: number): Ranked[] {
  const picked: Ranked[] = [];
  for (const candidate of ranked.toSorted((a, b) => b.score - a.score || a.index - b.index)) {
    if (picked.length === count) break;
    if (picked.some((other) => similarityOf(other.stems, candidate.stems) > 0.6)) continue;
    picked.push(candidate);
  }
  return picked.sort((a, b) => a.index - b.index);
}

function lengthFactor({ stems, text }: Ranked): number {
  if (stems.size < 3) return 0.3;
  const long = Math.min(1, LONG / text.length);
  return text.endsWith('?') || text.endsWith(':') ? 0.5 * long : long;
}

/** Luhn's older measure (1958): a sentence is telling when the text's frequent words stand in it. */
function mostFrequent(all: readonly Ranked[]): Ranked[] {
  const frequency = new Map<string, number>();
  for (const { stems } of all) for (const stem of stems) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);
  const weight = ({ stems }: Ranked): number =>
    [...stems].reduce((sum, stem) => sum + (frequency.get(stem) ?? 0), 0) /
    Math.sqrt(Math.max(4, stems.size));
  return all
    .map((sentence) => ({ sentence, weight: weight(sentence) }))
    .sort((a, b) => b.weight - a.weight || a.sentence.index - b.sentence.index)
    .map(({ sentence }) => sentence);
}

type Links = readonly ReadonlyMap<number, number>[];

function linksBetween(nodes: readonly Ranked[]): Links {
  const holders = new Map<string, number[]>();
  const links = nodes.map(() => new Map<number, number>());
  nodes.forEach(({ stems }, position) => {
    for (const stem of stems) {
      const earlier = holders.get(stem) ?? [];
      for (const other of earlier) links[position]?.set(other, (links[position].get(other) ?? 0) + 1);
      holders.set(stem, [...earlier, position]);
    }
  });
  links.forEach((row, position) => {
    for (const [other, shared] of row) {
      if (other > position) continue;
      const lengths =
        Math.log(1 + (nodes[position]?.stems.size ?? 0)) + Math.log(1 + (nodes[other]?.stems.size ?? 0));
      row.set(other, shared / lengths);
      links[other]?.set(position, shared / lengths);
    }
  });
  return links;
}

function pageRank(links: Links): number[] {
  const totals = links.map((row) => row.values().reduce((sum, weight) => sum + weight, 0));
  let scores = links.map(() => 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = links.map((row) => {
      let received = 0;
      for (const [other, weight] of row) received += ((scores[other] ?? 0) * weight) / (totals[other] ?? 1);
      return 1 - DAMPING + DAMPING * received;
    });
    const moved = next.reduce(
      (most, score, index) => Math.max(most, Math.abs(score - (scores[index] ?? 0))),
      0,
    );
    scores = next;
    if (moved < CONVERGED) break;
  }
  return scores;
}
