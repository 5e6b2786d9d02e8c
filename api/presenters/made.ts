import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import type { Once } from '../../store/idempotency.ts';
import type { Answer } from '../route.ts';

/**
 * The answer to a request that makes a thing: the thing, as it is now when an earlier request made it.
 * @throws GatheringFailure Conflict when it was deleted since
 */
export async function made<T extends { id: Id }>(
  once: Once<T>,
  find: (id: Id) => Promise<T | null>,
  headersOf: (thing: T) => Readonly<Record<string, string>> = () => ({}),
): Promise<Exclude<Answer<T>, { write: unknown }>> {
  if (!once.replayed) return { body: once.value, headers: headersOf(once.value) };
  const thing = await find(once.id);
  if (thing === null) {
    throw new GatheringFailure('Conflict', `This Idempotency-Key made ${once.id}, which was deleted since.`);
  }
  return { body: thing, headers: headersOf(thing), replayed: true };
}
