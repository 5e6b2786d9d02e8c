import type { StoredEvent, StreamMessage } from '../../contracts/event.ts';
import type { Events, KnownText, TextAddition } from '../../store/events.ts';

/** A text that is being written on a channel, as far as this process has read it. */
export interface GrowingText extends Omit<TextAddition, 'channel'> {
  /** Its length as Postgres counts: code points. */
  characters: number;
}

export type ChannelFeed = ReturnType<typeof createChannelFeed>;

interface FeedOptions {
  channel: string;
  events: Pick<Events, 'listEvents' | 'findLastSequences'>;
  /** Resolves once the channel's texts are read as they are now. */
  readTexts: () => Promise<void>;
  /** Called after something new was read. */
  onNews: () => void;
  onError: (error: unknown) => void;
}

const READ_LIMIT = 200;
const KEPT_EVENTS = 500;
/** What tells of the end of a text; a turn's names the turn. */
const ENDS_TEXT = /^(?:message|(?:turn|node|run)\.(?:completed|stopped|failed|canceled|timed_out))$/;
const ENDS_TURN = /^turn\.(?:completed|stopped|failed)$/;

/** What one process knows of one channel: each event is read once, however many follow; the latest are kept for those behind. */
export function createChannelFeed({ channel, events, readTexts, onNews, onError }: FeedOptions) {
  const recent: StoredEvent[] = [];
  const texts = createGrowingTexts(channel);
  let last = 0;
  let reading = false;
  let unread = false;

  const readOn = async (): Promise<void> => {
    reading = true;
    try {
      for (let more = true; more || unread;) {
        unread = false;
        const read = await events.listEvents(channel, { after: last, limit: READ_LIMIT });
        // So that nothing of a text comes after its end.
        if (read.some(({ type }) => ENDS_TEXT.test(type))) await readTexts();
        for (const { type, data } of read) if (ENDS_TURN.test(type)) texts.close(data['turnId']);
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

    /** The events after a sequence, oldest first, at most some hundred; undefined where they are not in memory any more. */
    recentAfter(sequence: number): readonly StoredEvent[] | undefined {
      if (sequence >= last) return [];
      const first = recent[0]?.sequence;
      if (first === undefined || first > sequence + 1) return undefined;
      return recent.slice(sequence + 1 - first, sequence + 1 - first + READ_LIMIT);
    },

    /** The same from the database, as far as this process has come. */
    async readAfter(sequence: number): Promise<readonly StoredEvent[]> {
      const read = await events.listEvents(channel, { after: sequence, limit: READ_LIMIT });
      return read.filter((event) => event.sequence <= last);
    },

    /** How far the texts are read. */
    knownTexts: (): KnownText[] =>
      [...texts.all()].flatMap(({ key, attempt, characters, closed }) =>
        closed ? [] : { key, attempt, characters },
      ),

    /** Takes in what has been added to texts since; those that were closed before are forgotten. */
    addTexts(additions: readonly TextAddition[]): void {
      texts.add(additions);
      if (additions.length > 0) onNews();
    },
  };
}

/** The texts of one channel. Messages about them are the same objects for all who stand at the same place. */
function createGrowingTexts(channel: string) {
  const texts = new Map<string, GrowingText>();
  const deltas = new Map<string, { attempt: number; offset: number; message: StreamMessage }>();

  return {
    all: (): Iterable<GrowingText> => texts.values(),
    has: (key: string): boolean => texts.has(key),

    add(additions: readonly TextAddition[]): void {
      const closedBefore = [...texts.values()].filter((text) => text.closed);
      for (const { key, owner, attempt, closed, text: added } of additions) {
        const before = texts.get(key);
        // One that has ended, here or before it was known here, does not begin again.
        if (before?.closed ?? closed) continue;
        const kept = before?.attempt === attempt ? before : { text: '', characters: 0 };
        const characters = kept.characters + Array.from(added).length;
        texts.set(key, { key, owner, attempt, closed, text: kept.text + added, characters });
        deltas.delete(key);
      }
      for (const { key } of closedBefore) {
        texts.delete(key);
        deltas.delete(key);
      }
    },

    /** Its texts may be gone from the database before they were read as closed. */
    close(turnId: unknown): void {
      for (const text of texts.values()) if (text.owner.turnId === turnId) text.closed = true;
    },

    /** All of it. */
    snapshotOf: ({ owner, attempt, text }: GrowingText): StreamMessage => ({
      type: 'turn.snapshot',
      channel,
      data: { ...owner, attempt, text },
    }),

    /** What there is of it from an offset on. */
    deltaOf({ key, owner, attempt, text }: GrowingText, offset: number): StreamMessage {
      const made = deltas.get(key);
      if (made?.attempt === attempt && made.offset === offset) return made.message;
      const data = { ...owner, attempt, offset, text: text.slice(offset) };
      const message: StreamMessage = { type: 'turn.delta', channel, data };
      deltas.set(key, { attempt, offset, message });
      return message;
    },
  };
}
