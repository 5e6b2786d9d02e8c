import { GatheringFailure } from '../../contracts/failure.ts';

/** @throws GatheringFailure `InvalidInput` naming the first text that holds nothing to embed */
export function requireTexts(texts: readonly string[]): void {
  const at = texts.findIndex((text) => text.trim() === '');
  if (at >= 0)
    throw new GatheringFailure('InvalidInput', 'A text without anything but white space has no embedding.', {
      problems: [{ path: String(at), message: 'must hold more than white space' }],
    });
}
