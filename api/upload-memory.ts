import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';

/** Counts so many more bytes in; where there is no room for them, it gives why, and they are not counted. */
export type TakeBytes = (bytes: number) => GatheringFailure | undefined;

/** How long whoever finds no room had better wait. */
const RETRY_AFTER_MS = 5_000;

/** How many bytes of uploads are in memory: at most so many of all, and so many of each who sends them. */
export function createUploadMemory({ most, mostOfOne }: { most: number; mostOfOne: number }) {
  let all = 0;
  const ofEach = new Map<Id, number>();
  const add = (sender: Id, bytes: number): void => {
    const own = (ofEach.get(sender) ?? 0) + bytes;
    all += bytes;
    if (own === 0) ofEach.delete(sender);
    else ofEach.set(sender, own);
  };

  return {
    /** Does a piece of work, and gives back what it has taken when it has ended; from then on it takes nothing more. */
    async during<Result>(sender: Id, work: (take: TakeBytes) => Promise<Result>): Promise<Result> {
      let taken = 0;
      let hasEnded = false;
      const take: TakeBytes = (bytes) => {
        if (hasEnded) return tooMany('Unavailable', 'This upload has ended.');
        if ((ofEach.get(sender) ?? 0) + bytes > mostOfOne)
          return tooMany('LimitExceeded', 'You are uploading too much at once.');
        if (all + bytes > most) return tooMany('Unavailable', 'Too much is being uploaded at once.');
        taken += bytes;
        add(sender, bytes);
        return undefined;
      };
      try {
        return await work(take);
      } finally {
        hasEnded = true;
        add(sender, -taken);
      }
    },
  };
}

const tooMany = (type: 'LimitExceeded' | 'Unavailable', message: string): GatheringFailure =>
  new GatheringFailure(type, message, { retryAfterMs: RETRY_AFTER_MS });
