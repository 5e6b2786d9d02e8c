import { GatheringFailure } from '../../contracts/failure.ts';
import { embeddedTextOf } from '../../platform/documents/embedded-text.ts';
import type { EmbedTexts } from '../../store/memory/embed-texts.ts';
import type { Space } from '../../store/memory/spaces.ts';
import type { LackingUnit } from '../../store/memory/spaces-filling.ts';

interface Request {
  space: Space;
  units: readonly LackingUnit[];
  signal: AbortSignal;
  idempotencyKey: string;
}

/** How much of a text is tried where a provider does not take all of it. */
const SHORTER = [2_000, 500] as const;

/**
 * Vectors of units, in their order. A text that a provider refuses, for example as too long, is embedded by its beginning, so that one of them
 * does not hold up all others.
 * @throws GatheringFailure what `EmbedTexts` throws, for a beginning of 500 characters too
 */
export async function embedUnits(
  embedTexts: EmbedTexts,
  { space, units, signal, idempotencyKey }: Request,
): Promise<number[][]> {
  const texts = units.map(embeddedTextOf);
  try {
    return (await embedTexts(texts, { space, signal, idempotencyKey })).vectors;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const vectors: number[][] = [];
  for (const text of texts) vectors.push(await embedAlone(embedTexts, { space, signal, text }));
  return vectors;
}

async function embedAlone(
  embedTexts: EmbedTexts,
  { text, ...options }: { space: Space; signal: AbortSignal; text: string },
): Promise<number[]> {
  const lengths = [text.length, ...SHORTER.filter((length) => length < text.length)];
  let refusal: unknown;
  for (const length of lengths) {
    try {
      const { vectors } = await embedTexts([text.slice(0, length)], options);
      return vectors[0] ?? [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

const isRefusal = (error: unknown): boolean => error instanceof GatheringFailure && !error.retryable;
