import { GatheringFailure } from '../../../contracts/failure.ts';
import { unitVectorOf } from '../unit-vector.ts';
import { meanOf } from './mean.ts';
import { LOCAL_DIMENSIONS } from './wire.ts';

/** A part of a text, as much as the model reads at once, and where its vector belongs. */
interface Window {
  text: number;
  at: number;
  words: string;
}

/**
 * A thread does so much at once: more would make others wait longer, and is hardly faster. A window takes it about 65 ms of a processor, so a
 * question of usual length is done in one turn, and nobody's turn takes more than four windows.
 */
const TURN = { pieces: 4, characters: 2_000 };

export type LocalRequest = ReturnType<typeof createLocalRequest>;

/** What somebody wants to be embedded: its texts are cut into windows, and these read, a turn at a time. */
export function createLocalRequest(texts: readonly string[]) {
  let taken = 0;
  const ready: Window[] = [];
  const read = texts.map((): { vectors: Float32Array[]; lacking: number } => ({
    vectors: [],
    lacking: Infinity,
  }));

  return {
    hasTurns: (): boolean => ready.length > 0 || taken < texts.length,
    isDone: (): boolean => read.every(({ lacking }) => lacking === 0),

    /** Those that have to be cut before any window can be taken. */
    takeTexts(): { from: number; texts: string[] } {
      const from = taken;
      if (ready.length === 0) taken += turnOf(texts.slice(from).map((text) => text.length));
      return { from, texts: texts.slice(from, taken) };
    },

    putWindows(from: number, windows: readonly (readonly string[])[]): void {
      for (const [offset, ofText] of windows.entries()) {
        const text = read[from + offset];
        if (text !== undefined) text.lacking = ofText.length;
        ready.push(...ofText.map((words, at) => ({ text: from + offset, at, words })));
      }
    },

    /** @param othersWait then a long text gets a single one */
    takeWindows(othersWait: boolean): Window[] {
      const isLong = ready.length > TURN.pieces;
      return ready.splice(0, othersWait && isLong ? 1 : turnOf(ready.map(({ words }) => words.length)));
    },

    /** @param flat one behind the other */
    putVectors(windows: readonly Window[], flat: Float32Array): void {
      for (const [place, { text: number, at }] of windows.entries()) {
        const text = read[number];
        if (text === undefined) continue;
        text.vectors[at] = flat.slice(place * LOCAL_DIMENSIONS, (place + 1) * LOCAL_DIMENSIONS);
        text.lacking -= 1;
      }
    },

    /** Of unit length, in the texts' order: the means of their windows. */
    vectors: (): number[][] => read.map(({ vectors }) => unit(meanOf(vectors))),
  };
}

/** How many of these lengths belong to a turn: one at least. */
function turnOf(lengths: readonly number[]): number {
  let characters = 0;
  const end = lengths.findIndex((length, at) => {
    characters += length;
    return at > 0 && (at >= TURN.pieces || characters > TURN.characters);
  });
  return end < 0 ? lengths.length : end;
}

function unit(vector: Float32Array): number[] {
  const found = unitVectorOf(vector);
  if (found === null) throw new GatheringFailure('Unavailable', 'The local embedding model made no vector.');
  return found;
}
