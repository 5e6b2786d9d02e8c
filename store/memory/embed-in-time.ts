import { GatheringFailure } from '../../contracts/failure.ts';
import type { Space } from './spaces.ts';

/** Gives vectors by the active model. */
export type EmbedActive = (
  texts: readonly string[],
  options?: { signal?: AbortSignal },
) => Promise<{ space: Space; vectors: readonly (readonly number[])[] }>;

/** As long as somebody who asks or remembers waits for a vector; a text of usual length takes a tenth of a second. */
const EMBED_WITHIN_MS = 5_000;

export interface InTime {
  signal?: AbortSignal | undefined;
  withinMs?: number | undefined;
}

/**
 * The vector of a text where it is there soon; what takes longer is given up.
 * @throws GatheringFailure `Unavailable` where it is not; what `EmbedTexts` throws; the signal's reason
 */
export async function embedInTime(
  embedTexts: EmbedActive,
  text: string,
  { signal, withinMs = EMBED_WITHIN_MS }: InTime = {},
): Promise<{ space: Space; embedding: readonly number[] } | null> {
  const { space, vectors } = await answeredWithin(withinMs, signal, (soon) =>
    embedTexts([text], { signal: soon }),
  );
  const [embedding] = vectors;
  return embedding === undefined ? null : { space, embedding };
}

/** What an embedder answers soon. @throws as `embedInTime` */
export async function answeredWithin<Answer>(
  ms: number,
  outer: AbortSignal | undefined,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  outer?.throwIfAborted();
  const overdue = new AbortController();
  const signal = outer === undefined ? overdue.signal : AbortSignal.any([outer, overdue.signal]);
  const late = Promise.withResolvers<never>();
  const giveUp = (): void => late.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const timer = setTimeout(() => overdue.abort(tooLate(ms)), ms);
  try {
    // Whoever embeds may not listen, or wait for a connection: so what comes first counts.
    return await Promise.race([ask(signal), late.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

const tooLate = (ms: number): GatheringFailure =>
  new GatheringFailure('Unavailable', `The embedding took longer than ${ms / 1_000} s.`);
