import { GatheringFailure } from '../../contracts/failure.ts';

/**
 * Also for what no request has brought: models and expressions write such texts as well.
 * @throws GatheringFailure InvalidInput for a text that the database cannot hold
 */
export function requireStorable(text: string, path: string): void {
  if (text.isWellFormed() && !text.includes('\u0000')) return;
  const message = 'holds a null character or half a character';
  throw new GatheringFailure('InvalidInput', `The text of "${path}" ${message}.`, {
    problems: [{ path, message }],
  });
}
