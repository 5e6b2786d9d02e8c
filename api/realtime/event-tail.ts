import type { Id } from '../../contracts/ids.ts';
import { channelOf } from '../../contracts/place.ts';
import { isTerminal } from '../../contracts/run.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Telemetry } from '../../platform/telemetry.ts';
import type { Typing } from '../../store/events.ts';
import type { Store } from '../../store/store.ts';
import type { ChannelFeed } from './channel-feed.ts';
import { createChannelFeed } from './channel-feed.ts';
import type { Deliver, Message, Subscription } from './subscription.ts';
import { createSubscription } from './subscription.ts';
import { createTextReader } from './text-reader.ts';
import type { OpenWakeUp } from './wake-up.ts';

export interface Follower {
  /** Last sequence that the follower has; without it, everything from now on is new. */
  after: number | undefined;
  deliver: Deliver;
}

export interface Following {
  /** Where the channel stood when following began. */
  sequence: number;
  /** Lets messages come; until then they wait. */
  begin(): void;
  end(): void;
}

/** The one reader of events in this process. */
export interface EventTail {
  /** Follows a channel that exists: see `Subscription` for what is promised. */
  follow(channel: string, follower: Follower): Promise<Following>;
  /**
   * Resolves as soon as a run has ended, or when the time is up, or when nobody waits any more.
   * @throws GatheringFailure NotFound
   */
  waitForEnd(runId: Id, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Tells those who follow a channel, here and in every other process, that somebody writes. */
  tellTyping(typing: Typing): Promise<void>;
  /** Reads no more, and lets nobody wait any longer. */
  close(): Promise<void>;
}

interface Dependencies {
  store: Pick<Store, 'events' | 'runs'>;
  openWakeUp: OpenWakeUp;
  telemetry: Pick<Telemetry, 'eventDelay'>;
  logger: Logger;
}

interface Followed {
  feed: ChannelFeed;
  started: Promise<void>;
  subscriptions: Set<Subscription>;
  /** Those who begin to follow, or do. */
  users: number;
}

const RUN_ENDS = /^run\.(?:completed|failed|canceled|timed_out)$/;

export function createEventTail({ store, openWakeUp, telemetry, logger }: Dependencies): EventTail {
  const channels = new Map<string, Followed>();
  const closing = new AbortController();
  const onError = (error: unknown): void => logger.warn('events could not be read or delivered', { error });
  const texts = createTextReader({
    events: store.events,
    feeds: (channel) => channels.get(channel)?.feed,
    onError,
  });

  const wakeUp = openWakeUp(
    {
      onEvents: (channel) => channels.get(channel)?.feed.wake(),
      onTexts: (channel) => texts.read([channel]),
      onTyping({ channel, userId, name }) {
        const data = { userId, name, timestamp: new Date().toISOString() };
        for (const subscription of channels.get(channel)?.subscriptions ?? [])
          subscription.pass({ type: 'typing', channel, data });
      },
      onConnected() {
        for (const { feed } of channels.values()) feed.wake();
        texts.read([...channels.keys()]);
      },
    },
    () => new Map([...channels].map(([channel, { feed }]) => [channel, feed.last])),
  );

  const open = (channel: string): Followed => {
    const subscriptions = new Set<Subscription>();
    const onNews = (): void => {
      for (const subscription of subscriptions) subscription.wake();
    };
    const readTexts = (): Promise<void> => texts.readNow(channel);
    const feed = createChannelFeed({ channel, events: store.events, readTexts, onNews, onError });
    const followed = { feed, started: feed.start(), subscriptions, users: 0 };
    channels.set(channel, followed);
    return followed;
  };

  const leave = (followed: Followed): void => {
    followed.users -= 1;
    if (followed.users === 0) channels.delete(followed.feed.channel);
  };

  const follow: EventTail['follow'] = async (channel, { after, deliver }) => {
    const followed = channels.get(channel) ?? open(channel);
    const { feed, subscriptions } = followed;
    followed.users += 1;
    try {
      await followed.started;
      await texts.readNow(channel);
    } catch (error) {
      leave(followed);
      throw error;
    }
    const sequence = feed.last;
    const subscription = createSubscription({
      feed,
      after: after ?? sequence,
      deliver: measure(deliver, telemetry),
      onError,
    });
    let ended = false;
    return {
      sequence,
      begin() {
        if (ended) return;
        subscriptions.add(subscription);
        subscription.wake();
      },
      end() {
        ended = true;
        subscription.end();
        subscriptions.delete(subscription);
        leave(followed);
      },
    };
  };

  return {
    follow,
    waitForEnd: (runId, timeoutMs, gone) =>
      waitForEnd({ store, follow }, { runId, timeoutMs, signal: AbortSignal.any([gone, closing.signal]) }),
    tellTyping: (typing) => wakeUp.tellTyping(typing),
    close() {
      closing.abort();
      return wakeUp.close();
    },
  };
}

async function waitForEnd(
  { store, follow }: Pick<Dependencies, 'store'> & Pick<EventTail, 'follow'>,
  { runId, timeoutMs, signal }: { runId: Id; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  if (isTerminal(await store.runs.getRunStatus(runId))) return;
  const { promise: ended, resolve: settle } = Promise.withResolvers<undefined>();
  const end = (): void => settle(undefined);
  const deliver = (messages: readonly Message[]): undefined => {
    if (messages.some(({ type }) => RUN_ENDS.test(type))) end();
  };
  const following = await follow(channelOf.run(runId), { after: undefined, deliver });
  const timer = setTimeout(end, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    following.begin();
    if (signal.aborted || isTerminal(await store.runs.getRunStatus(runId))) return;
    await ended;
  } finally {
    clearTimeout(timer);
    following.end();
  }
}

/** How old events are when they go out. */
function measure(deliver: Deliver, telemetry: Pick<Telemetry, 'eventDelay'>): Deliver {
  return (messages) => {
    const newest = messages.findLast((message) => 'sequence' in message);
    if (newest !== undefined) {
      telemetry.eventDelay.observe(Math.max(0, Date.now() - Date.parse(newest.data.timestamp)) / 1_000);
    }
    return deliver(messages);
  };
}
