export interface BatchOptions<Item, Result> {
  /** Does the work for all of them at once. @returns what comes of each, in their order */
  work: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** What a batch may hold; one item that is larger by itself goes alone, beside the batches. */
  most: { items: number; size: number };
  sizeOf: (item: Item) => number;
  /** Whether an error may be the fault of one item, so that each is to be tried by itself. */
  isOfOne: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins calls into batches, as a log's group commit does: one batch is under way at a time, and whoever calls meanwhile is in the next
 * one. A call is answered when its batch is done, so nothing is promised that has not happened.
 */
export function createBatches<Item, Result>({
  work,
  most,
  sizeOf,
  isOfOne,
}: BatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let working = false;

  const take = (): Waiting<Item, Result>[] => {
    let size = 0;
    const tooMany = waiting.findIndex(({ item }, index) => {
      size += sizeOf(item);
      return index > 0 && (index >= most.items || size > most.size);
    });
    return waiting.splice(0, tooMany < 0 ? waiting.length : tooMany);
  };

  const workOn = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await work(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new TypeError('a batch has one result for each item');
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      if (batch.length > 1 && isOfOne(error)) for (const one of batch) await workOn([one]);
      else for (const { reject } of batch) reject(error);
    }
  };

  const workOff = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve)); // Whoever calls at this moment is in it.
      await workOn(take());
    }
    working = false;
  };

  return (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    if (sizeOf(item) > most.size) {
      void workOn([{ item, resolve, reject }]);
    } else {
      waiting.push({ item, resolve, reject });
      if (!working) void workOff();
    }
    return promise;
  };
}
