import { GatheringFailure } from '../../contracts/failure.ts';
import type { MemoryScope } from '../../contracts/memory.ts';
import { isDuplicate } from '../store-failure.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
const NO_DATA_FOUND = 'P0002';

/** Whether a wall has refused a row that was to be written. */
export const isWalledOff = (error: unknown): boolean => hasCode(error, INSUFFICIENT_PRIVILEGE);

function hasCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === code) || hasCode(error.cause, code);
}

/** What an error of writing into a scope means to whoever wrote; itself where it means nothing. */
export function asRefusal(error: unknown, scope: MemoryScope): unknown {
  if (hasCode(error, NO_DATA_FOUND))
    return new GatheringFailure(
      'NotFound',
      'What it would be remembered of, or who might see it, is gone: nothing is remembered there.',
      { cause: error },
    );
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
