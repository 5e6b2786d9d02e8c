import { expect, it } from '@jest/globals';

import { createUploadMemory, type TakeBytes } from './upload-memory.ts';

const ADA = '01890000-0000-7000-8000-00000000000a';
const BOB = '01890000-0000-7000-8000-00000000000b';
const CY = '01890000-0000-7000-8000-00000000000c';

/** Work that takes bytes until it is told to end. */
function begin(memory: ReturnType<typeof createUploadMemory>, sender: string) {
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<undefined>();
  let take: TakeBytes | undefined;
  const done = memory.during(sender, (given) => {
    take = given;
    return ended;
  });
  return { take: (bytes: number) => take?.(bytes)?.type, end: () => end(undefined), fail, done };
}

it('holds so much of each, so much of all, and no more', () => {
  const memory = createUploadMemory({ most: 150, mostOfOne: 100 });
  const [one, two, bob, cy] = [ADA, ADA, BOB, CY].map((sender) => begin(memory, sender));
  expect([one?.take(60), two?.take(40), two?.take(1)]).toEqual([undefined, undefined, 'LimitExceeded']);
  expect([bob?.take(51), bob?.take(50), cy?.take(1)]).toEqual(['Unavailable', undefined, 'Unavailable']);
});

it('has room again when work has ended, well or not, and none for what comes after its end', async () => {
  const memory = createUploadMemory({ most: 100, mostOfOne: 100 });
  const one = begin(memory, ADA);
  const two = begin(memory, ADA);
  expect([one.take(60), two.take(40), two.take(1)]).toEqual([undefined, undefined, 'LimitExceeded']);
  one.fail(new Error('cut off'));
  await expect(one.done).rejects.toThrow('cut off');
  expect([one.take(1), two.take(60), two.take(1)]).toEqual(['Unavailable', undefined, 'LimitExceeded']);
  two.end();
  await two.done;
  expect(begin(memory, BOB).take(100)).toBeUndefined();
});
