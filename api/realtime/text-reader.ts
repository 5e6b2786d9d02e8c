import type { Events } from '../../store/events.ts';
import type { ChannelFeed } from './channel-feed.ts';

interface Options {
  events: Pick<Events, 'listTexts'>;
  feeds: (channel: string) => ChannelFeed | undefined;
  onError: (error: unknown) => void;
}

/** Reads what has been added to texts, for all channels that ask in the meantime at once, one query at a time. */
export function createTextReader({ events, feeds, onError }: Options) {
  let asked = new Set<string>();
  let busy = false;
  let current: Promise<void> = Promise.resolve();

  const readAll = async (): Promise<void> => {
    try {
      while (asked.size > 0) {
        const channels = [...asked].flatMap((channel) => feeds(channel) ?? []);
        asked = new Set();
        if (channels.length > 0) await readAdditions(channels);
      }
    } finally {
      busy = false; // In the same turn as the last look at `asked`, so that no question falls in between.
    }
  };
  const readAdditions = async (channels: readonly ChannelFeed[]): Promise<void> => {
    const names = channels.map(({ channel }) => channel);
    const known = channels.flatMap((feed) => feed.knownTexts());
    const additions = await events.listTexts(names, known);
    for (const feed of channels) feed.addTexts(additions.filter(({ channel }) => channel === feed.channel));
  };
  const start = (): Promise<void> => {
    if (busy) return current;
    busy = true;
    return (current = readAll());
  };

  return {
    /** Reads soon. */
    read(channels: readonly string[]): void {
      for (const channel of channels) asked.add(channel);
      start().catch(onError); // What could not be read is asked for again with the next addition.
    },
    /** Resolves once the channel's texts are read as they are now, or later. */
    readNow(channel: string): Promise<void> {
      asked.add(channel);
      return start();
    },
  };
}
