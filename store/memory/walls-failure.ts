import { GatheringFailure } from '../../contracts/failure.ts';
import type { MemoryScope } from '../../contracts/memory.ts';
import { isDuplicate } from '../store-failure.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Whether a wall has refused a row that was to be written. */
export function isWalledOff(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === INSUFFICIENT_PRIVILEGE) return true;
  return isWalledOff(error.cause);
}

/** What an error of writing into a scope means to whoever wrote; itself where it means nothing. */
export function asRefusal(error: unknown, scope: MemoryScope): unknown {
  if (isWalledOff(error)) {
    const detail =
      scope.kind === 'global'
        ? 'Nothing may be remembered for everybody here.'
        : `There is no such ${scope.kind}.`;
    return new GatheringFailure('NotFound', detail, { cause: error });
  }
  if (isDuplicate(error))
    return new GatheringFailure('Conflict', 'There is a block of that name in that scope already.', {
      cause: error,
    });
  return error;
}
