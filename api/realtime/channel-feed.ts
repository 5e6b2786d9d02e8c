import type { StoredEvent } from '../../contracts/event.ts';
import type { Events, KnownText, TextAddition } from '../../store/events.ts';

/** A text that is being written on a channel, as far as this process has read it. */
export interface GrowingText {
  turnId: string;
  nodeId: string;
  path: string;
  iteration: string;
  attempt: number;
  text: string;
  /** Its length as Postgres counts: code points. */
  characters: number;
  closed: boolean;
}

export type ChannelFeed = ReturnType<typeof createChannelFeed>;

interface FeedOptions {
  channel: string;
  events: Pick<Events, 'listEvents' | 'findLastSequences'>;
  /** Called after something new was read. */
  onNews: () => void;
  onError: (error: unknown) => void;
}

const READ_LIMIT = 200;
const KEPT_EVENTS = 500;

/** What one process knows of one channel: each event is read once, however many follow; the latest are kept for those behind. */
export function createChannelFeed({ channel, events, onNews, onError }: FeedOptions) {
  const recent: StoredEvent[] = [];
  const texts = new Map<string, GrowingText>();
  let last = 0;
  let reading = false;
  let unread = false;

  const readOn = async (): Promise<void> => {
    reading = true;
    try {
      for (let more = true; more || unread;) {
        unread = false;
        const read = await events.listEvents(channel, { after: last, limit: READ_LIMIT });
        more = read.length === READ_LIMIT;
        last = read.at(-1)?.sequence ?? last;
        recent.push(...read);
        recent.splice(0, recent.length - KEPT_EVENTS);
        if (read.length > 0) onNews();
      }
    } finally {
      reading = false; // In the same turn as the last look at `unread`, so that no wake falls in between.
    }
  };

  return {
    channel,
    texts,
    get last() {
      return last;
    },

    /** Finds out where the channel stands; what comes after that is read and kept. */
    async start(): Promise<void> {
      last = (await events.findLastSequences([channel])).get(channel) ?? 0;
    },

    /** There may be more to read. Reads until there is none; a wake that comes meanwhile is not lost. */
    wake(): void {
      unread = true;
      if (!reading) readOn().catch(onError); // Whoever wakes it next, it reads on from where it was.
    },

    /** The events after a sequence, oldest first, at most some hundred; from memory where they are in it. */
    async eventsAfter(sequence: number): Promise<readonly StoredEvent[]> {
      if (sequence >= last) return [];
      const first = recent[0]?.sequence;
      if (first !== undefined && first <= sequence + 1)
        return recent.slice(sequence + 1 - first, sequence + 1 - first + READ_LIMIT);
      return events.listEvents(channel, { after: sequence, limit: READ_LIMIT });
    },

    /** How far the texts are read. */
    knownTexts: (): KnownText[] =>
      [...texts.values()].map(({ turnId, attempt, characters }) => ({ turnId, attempt, characters })),

    /** Takes in what has been added to texts since; those that were closed before are forgotten. */
    addTexts(additions: readonly TextAddition[]): void {
      for (const { turnId, closed } of texts.values()) if (closed) texts.delete(turnId);
      for (const { text: added, ...about } of additions) {
        const before = texts.get(about.turnId);
        const kept = before?.attempt === about.attempt ? before : { text: '', characters: 0 };
        const text = kept.text + added;
        texts.set(about.turnId, { ...about, text, characters: kept.characters + Array.from(added).length });
      }
      if (additions.length > 0) onNews();
    },
  };
}
