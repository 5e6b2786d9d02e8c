import { expect, it } from '@jest/globals';

import type { StoredEvent } from '../../contracts/event.ts';
import { createChannelFeed } from './channel-feed.ts';
import type { Message } from './subscription.ts';
import { createSubscription } from './subscription.ts';

/** A channel in memory, in the place of the store. */
function aChannel() {
  const stored: StoredEvent[] = [];
  const add = (count: number): void => {
    for (let n = 0; n < count; n += 1) {
      const sequence = stored.length + 1;
      stored.push({
        type: 'node.started',
        channel: 'c',
        sequence,
        data: { timestamp: '2026-01-01T00:00:00.000Z' },
      });
    }
  };
  const events = {
    listEvents: (_: string, { after, limit }: { after: number; limit: number }) =>
      Promise.resolve(stored.slice(after, after + limit)),
    findLastSequences: () => Promise.resolve(new Map([['c', stored.length]])),
  };
  return { add, events };
}

const readTexts = (): Promise<void> => Promise.resolve();
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const noError = (error: unknown): never => {
  throw error;
};

it('gives a busy follower nothing more until it can take it, and then all that is missing', async () => {
  const { add, events } = aChannel();
  const wakes: (() => void)[] = [];
  const feed = createChannelFeed({
    channel: 'c',
    events,
    readTexts,
    onNews: () => wakes.forEach((wake) => wake()),
    onError: noError,
  });
  await feed.start();
  const taken: Message[] = [];
  let free = (): void => undefined;
  const deliver = (messages: readonly Message[]): Promise<void> => {
    taken.push(...messages);
    return new Promise((resolve) => (free = resolve));
  };
  const subscription = createSubscription({ feed, after: 0, deliver, onError: noError });
  wakes.push(() => subscription.wake());

  add(1);
  feed.wake();
  await settled();
  expect(taken).toHaveLength(1);
  add(1_500); // More than the feed keeps, so that it has to be read again for this follower.
  feed.wake();
  await settled();
  expect(taken).toHaveLength(1);

  for (let round = 0; round < 20; round += 1) {
    free();
    await settled();
  }
  expect(taken.map((message) => ('sequence' in message ? message.sequence : 0))).toEqual(
    Array.from({ length: 1_501 }, (_, index) => index + 1),
  );
});

it('gives nothing any more once it has ended', async () => {
  const { add, events } = aChannel();
  const feed = createChannelFeed({
    ...{ channel: 'c', events, readTexts },
    ...{ onNews: () => undefined, onError: noError },
  });
  await feed.start();
  const taken: Message[] = [];
  const deliver = (messages: readonly Message[]): Promise<void> => {
    taken.push(...messages);
    return Promise.resolve();
  };
  const subscription = createSubscription({ feed, after: 0, deliver, onError: noError });
  add(1);
  feed.wake();
  await settled();
  subscription.end();
  subscription.wake();
  await settled();
  expect(taken).toEqual([]);
});
