import type { StoredEvent, StreamMessage } from '../../contracts/event.ts';
import type { ChannelFeed, GrowingText } from './channel-feed.ts';

export type Message = StoredEvent | StreamMessage;

export type Subscription = ReturnType<typeof createSubscription>;

interface SubscriptionOptions {
  feed: ChannelFeed;
  /** Sequence of the last event that the follower has. */
  after: number;
  /** Takes messages in order and resolves when it can take more: so a slow follower is not written to without bound. */
  deliver: (messages: readonly Message[]) => Promise<void>;
  onError: (error: unknown) => void;
}

/**
 * One follower's place in one channel. Events come in order, without a gap, each once, wherever it started and whatever happens
 * meanwhile, because the place only moves over what was delivered.
 */
export function createSubscription({ feed, after, deliver, onError }: SubscriptionOptions) {
  let place = after;
  let pumping = false;
  let news = false;
  let ended = false;
  const read = new Map<string, { attempt: number; length: number }>();
  let isFirst = true;

  const pump = async (): Promise<void> => {
    pumping = true;
    try {
      do {
        news = false;
        const events = await feed.eventsAfter(place);
        const messages: Message[] = [...textMessages(), ...events];
        if (ended || messages.length === 0) continue;
        place = events.at(-1)?.sequence ?? place;
        news = true; // There may have been more than was read at once.
        await deliver(messages);
      } while (news && !ended);
    } finally {
      pumping = false; // In the same turn as the last look at `news`, so that no wake falls in between.
    }
  };

  const textMessages = (): StreamMessage[] => {
    for (const turnId of read.keys()) if (!feed.texts.has(turnId)) read.delete(turnId);
    const messages = [...feed.texts.values()].flatMap((text) => messageOf(text));
    isFirst = false;
    return messages;
  };

  const messageOf = (text: GrowingText): StreamMessage[] => {
    const before = read.get(text.turnId);
    const offset = before?.attempt === text.attempt ? before.length : 0;
    if (before?.attempt === text.attempt && offset === text.text.length) return [];
    read.set(text.turnId, { attempt: text.attempt, length: text.text.length });
    const { turnId, nodeId, path, iteration, attempt } = text;
    const about = { turnId, nodeId, path, iteration, attempt };
    return isFirst
      ? [{ type: 'turn.snapshot', channel: feed.channel, data: { ...about, text: text.text } }]
      : [
          {
            type: 'turn.delta',
            channel: feed.channel,
            data: { ...about, offset, text: text.text.slice(offset) },
          },
        ];
  };

  return {
    /** Delivers what there is to deliver. Safe to call at any time, as often as one likes. */
    wake(): void {
      news = true;
      if (!pumping && !ended) pump().catch(onError);
    },
    end(): void {
      ended = true;
    },
  };
}
