import { GatheringFailure } from '../../contracts/failure.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';

/**
 * A page of a list that is short and at hand, in its own order.
 * @throws GatheringFailure InvalidInput for a cursor that no page gave
 */
export function pageOfAll<Item>(all: readonly Item[], { limit, cursor }: PageQuery): Page<Item> {
  const start = cursor === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) {
    const problems = [{ path: 'cursor', message: 'is not a cursor that a page before this one gave' }];
    throw new GatheringFailure('InvalidInput', 'The cursor is not valid.', { problems });
  }
  const end = start + limit;
  return { items: all.slice(start, end), nextCursor: end < all.length ? `from-${end}` : null };
}
