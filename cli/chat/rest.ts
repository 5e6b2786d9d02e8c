import type { Conversation } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';

/** After these it comes to rest, or cannot go on without a person. */
const RESTS = /^(conversation\.(idle|ended|paused)|turn\.waiting)$/;

/** Says when nobody is to speak any more, or a person has to decide something, and everything before that was told. */
export function createRest({
  read,
  after,
  signal,
}: {
  read: () => Promise<Pick<Conversation, 'status' | 'sequence'>>;
  /** Sequence of the last event that is known. */
  after: number;
  signal: AbortSignal;
}) {
  let seen = after;
  /** How often it may have come to rest. */
  let rests = 0;
  let next = Promise.withResolvers<undefined>();

  const nextEvent = async (): Promise<void> => {
    const waited = next;
    const abort = (): void => waited.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await waited.promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };

  return {
    note({ type, sequence }: StoredEvent): void {
      seen = sequence;
      if (RESTS.test(type)) rests += 1;
      next.resolve(undefined);
      next = Promise.withResolvers();
    },
    /** @throws `signal`'s reason */
    async reached(): Promise<Conversation['status']> {
      for (;;) {
        const before = rests;
        const { status, sequence } = await read();
        if (status !== 'running') {
          while (seen < sequence) await nextEvent();
          return status;
        }
        while (rests === before) await nextEvent();
      }
    },
  };
}
