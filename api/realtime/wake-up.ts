import type { Logger } from '../../platform/logger.ts';
import type { Events, Typing } from '../../store/events.ts';
import type { NotificationHandlers, Notifications } from '../../store/notifications.ts';
import { openNotifications } from '../../store/notifications.ts';

/** What is followed at the moment, with the last sequence that was read of each. */
export type Followed = () => ReadonlyMap<string, number>;

export interface WakeUp extends Notifications {
  /** Brings it to every process that serves this house, this one too. */
  tellTyping(typing: Typing): Promise<void>;
}

/** Tells when there is something to read. It may call in vain, and never misses anything for long. */
export type OpenWakeUp = (handlers: NotificationHandlers, followed: Followed) => WakeUp;

interface Options {
  databaseUrl: string;
  events: Pick<Events, 'notifyTyping'>;
  logger: Logger;
}

const POLL_MS = 25;
const COMPLAIN_EVERY_MS = 5_000;

/** For a real Postgres: it notifies. */
export const wakeByNotification =
  ({ databaseUrl, events, logger }: Options): OpenWakeUp =>
  (handlers) => ({
    ...openNotifications({ databaseUrl, handlers, logger }),
    tellTyping: (typing) => events.notifyTyping(typing),
  });

/** Channels on which agents write. */
const HAS_TEXTS = /^(?:runs|conversations)\//;

/** For the embedded database, which serves one process only: asks, as long as somebody follows anything. */
export const wakeByPolling =
  ({ events, logger }: { events: Pick<Events, 'findLastSequences'>; logger: Logger }): OpenWakeUp =>
  (handlers, followed) => {
    let closed = false;
    let timer: NodeJS.Timeout | undefined;
    let complainedAt = 0;

    const poll = async (): Promise<void> => {
      const channels = followed();
      if (channels.size === 0) return;
      const sequences = await events.findLastSequences([...channels.keys()]);
      for (const [channel, sequence] of sequences) {
        if (sequence > (channels.get(channel) ?? 0)) handlers.onEvents(channel);
      }
      for (const channel of channels.keys()) if (HAS_TEXTS.test(channel)) handlers.onTexts(channel);
    };
    const again = (): void => {
      if (closed) return;
      timer = setTimeout(() => {
        poll().catch(complain).finally(again);
      }, POLL_MS);
    };
    const complain = (error: unknown): void => {
      if (Date.now() - complainedAt < COMPLAIN_EVERY_MS) return;
      complainedAt = Date.now();
      logger.warn('events cannot be read at the moment', { error });
    };

    again();
    return {
      tellTyping(typing) {
        handlers.onTyping(typing);
        return Promise.resolve();
      },
      close() {
        closed = true;
        clearTimeout(timer);
        return Promise.resolve();
      },
    };
  };
