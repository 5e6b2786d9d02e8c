import type { Telemetry } from '../../platform/telemetry.ts';
import type { Encode } from './encoder.ts';
import type { Deliver, Message } from './subscription.ts';

/** What is used of a connection of socket.io. */
export interface Connection {
  readonly readyState: string;
  /** Calls back once the system has taken it. */
  write(text: string, options: { compress: boolean }, sent: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  close(discard: boolean): unknown;
}

/** A client that takes nothing for so long is cut off; it catches up by `after` when it is back. */
const PATIENCE_MS = 10_000;
/** As much may be on its way to a client before it counts as busy, in characters. */
const MOST_UNSENT = 64 * 1024;
const OPTIONS = { compress: false };

/** Writes messages to one client, no more than it takes, so that nothing piles up for a slow one. */
export function createOutlet(
  connection: Connection,
  { encode, telemetry }: { encode: Encode; telemetry: Pick<Telemetry, 'slowSockets'> },
): { deliver: Deliver } {
  let unsent = 0;
  let waiting: { resume: () => void; patience: NodeJS.Timeout } | undefined;

  const isBusy = (): boolean => unsent > MOST_UNSENT && connection.readyState === 'open';

  const write = (message: Message): void => {
    const text = encode(message);
    unsent += text.length;
    connection.write(text, OPTIONS, () => {
      unsent -= text.length;
      waiting?.patience.refresh();
      if (!isBusy()) resume();
    });
  };

  const resume = (): void => {
    if (waiting === undefined) return;
    clearTimeout(waiting.patience);
    waiting.resume();
    waiting = undefined;
  };
  connection.once('close', resume);

  const giveUp = (): void => {
    telemetry.slowSockets.inc();
    connection.close(true);
  };

  let room: Promise<void> = Promise.resolve();
  const waitForRoom = (): Promise<void> => {
    if (waiting !== undefined || !isBusy()) return room;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    waiting = { resume: () => resolve(undefined), patience: setTimeout(giveUp, PATIENCE_MS) };
    return (room = promise);
  };

  const writeRest = async (messages: readonly Message[], from: number): Promise<void> => {
    for (const message of messages.slice(from)) {
      while (isBusy()) await waitForRoom();
      write(message);
    }
    if (isBusy()) await waitForRoom();
  };

  return {
    deliver: (messages) => {
      for (const [index, message] of messages.entries()) {
        if (isBusy()) return writeRest(messages, index);
        write(message);
      }
      return isBusy() ? waitForRoom() : undefined;
    },
  };
}
