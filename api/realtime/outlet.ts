import { once } from 'node:events';

import type { Socket } from 'socket.io';

import type { Telemetry } from '../../platform/telemetry.ts';
import type { Message } from './subscription.ts';

/** A client that takes nothing for so long is cut off; it catches up by `after` when it is back. */
const PATIENCE_MS = 10_000;

/** Writes messages to one socket, the next ones only when the ones before have left, so that nothing piles up for a slow client. */
export function createOutlet(socket: Socket, { slowSockets }: Pick<Telemetry, 'slowSockets'>) {
  const { conn } = socket;
  const isBusy = (): boolean => conn.readyState === 'open' && !conn.transport.writable;

  return {
    deliver: async (messages: readonly Message[]): Promise<void> => {
      for (const message of messages) socket.emit('message', message);
      if (!isBusy()) return;
      const patience = AbortSignal.timeout(PATIENCE_MS);
      while (isBusy() && !patience.aborted) await nextChange(conn, patience);
      if (!isBusy()) return;
      slowSockets.inc();
      socket.disconnect(true);
    },
  };
}

/** Resolves when the transport has written everything, when the connection closes, or when patience ends. */
async function nextChange(conn: Socket['conn'], patience: AbortSignal): Promise<void> {
  const seen = new AbortController();
  const signal = AbortSignal.any([patience, seen.signal]);
  try {
    await Promise.race([once(conn.transport, 'ready', { signal }), once(conn, 'close', { signal })]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    seen.abort();
  }
}
