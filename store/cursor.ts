import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';

/** Where a list goes on: after the row with this id, newest first. */
export interface ListPosition {
  limit: number;
  cursor?: string | undefined;
}

const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * The id below which a page begins; ids are ordered by time, so they are the order of every list.
 * @throws GatheringFailure InvalidInput for a cursor that was not given by `pageOfRows`
 */
export function idBefore({ cursor }: ListPosition): Id {
  if (cursor === undefined) return HIGHEST_ID;
  const id = Id.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (id.success) return id.data;
  const problem = { path: 'cursor', message: 'is not a cursor that a page before this one gave' };
  throw new GatheringFailure('InvalidInput', 'The cursor is not valid.', { problems: [problem] });
}

/** Makes a page of rows that were read with `limit + 1`: the one too many says that there is more. */
export function pageOfRows<Row extends { id: Id }>(rows: readonly Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(last.id).toString('base64url') : null };
}

/** Whether a text can be an id at all; Postgres would refuse the query otherwise. */
export const isId = (text: string): boolean => Id.safeParse(text).success;
