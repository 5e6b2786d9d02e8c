import { GatheringFailure } from '../../contracts/failure.ts';
import { DOCUMENT_LIMIT_BYTES } from '../../contracts/knowledge.ts';

/** What one document may use of the machine. */
export interface ParseLimits {
  /** Of the parser's process: a busy machine does not make a document fail. */
  cpuMs: number;
  wallMs: number;
  heapMb: number;
  /** Resident memory, in which buffers count that the heap does not hold. */
  residentMb: number;
}

export const PARSE_LIMITS: ParseLimits = {
  cpuMs: 120_000,
  wallMs: 600_000,
  heapMb: 768,
  residentMb: 1_536,
};

export const MAX_PAGES = 10_000;
/** A document of nothing but headings would be as many chunks as it has lines. */
export const MAX_CHUNKS = 100_000;
/** In characters. A packed file holds more than it has bytes, and a table grows when its columns' names stand in each row. */
const MAX_TEXT_LENGTH = 2 * DOCUMENT_LIMIT_BYTES;

export interface TextMeter {
  /** @throws `InvalidInput` when there was too much; else gives the text back */
  count(text: string): string;
}

/** Counts text as it is found, so that there is never more of it than is allowed. */
export const createTextMeter = (): TextMeter => {
  let length = 0;
  return {
    count(text) {
      length += text.length;
      if (length > MAX_TEXT_LENGTH)
        throw new GatheringFailure(
          'InvalidInput',
          `The file holds more than ${Math.floor(MAX_TEXT_LENGTH / 1_000_000)} million characters of text`,
        );
      return text;
    },
  };
};

export const tooDeep = (levels: number): GatheringFailure =>
  new GatheringFailure('InvalidInput', `The file is nested more than ${levels} levels deep`);
