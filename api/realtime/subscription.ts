import type { StoredEvent, StreamMessage } from '../../contracts/event.ts';
import type { ChannelFeed, GrowingText } from './channel-feed.ts';

export type Message = StoredEvent | StreamMessage;

/** Takes messages in order; where it gives a promise, it can take more once that has resolved: a slow one is not written to without bound. */
export type Deliver = (messages: readonly Message[]) => Promise<void> | undefined;

export type Subscription = ReturnType<typeof createSubscription>;

interface SubscriptionOptions {
  feed: ChannelFeed;
  /** Sequence of the last event that the follower has. */
  after: number;
  deliver: Deliver;
  onError: (error: unknown) => void;
}

/**
 * One follower's place in one channel. Events come in order, without a gap, each once, wherever it started and whatever happens
 * meanwhile, because the place only moves over what was delivered. A follower that keeps up is served at once, from memory.
 */
export function createSubscription({ feed, after, deliver, onError }: SubscriptionOptions) {
  let place = after;
  let pumping = false;
  let news = false;
  let ended = false;
  const readTexts = createTextPlaces(feed);
  const hasEnded = (): boolean => ended;

  const pump = async (): Promise<void> => {
    pumping = true;
    try {
      while (news && !ended) {
        news = false;
        const events = feed.recentAfter(place) ?? (await feed.readAfter(place));
        // Texts first: all of one comes before the event of its end.
        const messages = [...readTexts(), ...events];
        if (hasEnded() || messages.length === 0) continue;
        place = events.at(-1)?.sequence ?? place;
        news = true; // There may have been more than was read at once.
        const busy = deliver(messages);
        if (busy !== undefined) await busy;
      }
    } finally {
      pumping = false; // In the same turn as the last look at `news`, so that no wake falls in between.
    }
  };

  return {
    /** Delivers what there is to deliver. Safe to call at any time, as often as one likes. */
    wake(): void {
      news = true;
      if (!pumping && !ended) pump().catch(onError);
    },
    /** Delivers something of the moment, unless the follower is busy: then it is lost. */
    pass(message: StreamMessage): void {
      if (!pumping && !ended) deliver([message])?.catch(onError);
    },
    end(): void {
      ended = true;
    },
  };
}

/** How far a follower has read each text: first all of those that are being written, then what is added. */
function createTextPlaces({ texts }: ChannelFeed): () => StreamMessage[] {
  const read = new Map<string, { attempt: number; length: number }>();
  let isFirst = true;

  const messageOf = (text: GrowingText): StreamMessage[] => {
    const before = read.get(text.key);
    const offset = before?.attempt === text.attempt ? before.length : 0;
    if (before?.attempt === text.attempt && offset === text.text.length) return [];
    read.set(text.key, { attempt: text.attempt, length: text.text.length });
    if (!isFirst) return [texts.deltaOf(text, offset)];
    // What was written to its end before is told of by its event.
    return text.closed ? [] : [texts.snapshotOf(text)];
  };

  return () => {
    for (const key of read.keys()) if (!texts.has(key)) read.delete(key);
    const messages: StreamMessage[] = [];
    for (const text of texts.all()) messages.push(...messageOf(text));
    isFirst = false;
    return messages;
  };
}
