import type { Fact } from '../../contracts/event.ts';

/** So many facts ride on one activity at most; the rest waits for the next one. */
export const FACTS_PER_ACTIVITY = 500;

/**
 * Facts that only the workflow knows, until an activity has told them. One that was sent with an activity that was then
 * canceled may never have been told, so it is sent again: telling a fact twice changes nothing.
 */
export interface Outbox {
  add(facts: readonly Fact[]): void;
  /** How many wait for an activity to ride on. */
  readonly waiting: number;
  /** Sends with an activity as many waiting facts as it may carry. */
  carry<Result>(send: (facts: Fact[]) => Promise<Result>): Promise<Result>;
  /** Everything that is not certain to be told, for the last activity of all. */
  unconfirmed(): Fact[];
}

export function createOutbox(isCancellation: (error: unknown) => boolean): Outbox {
  let waiting: Fact[] = [];
  const sent = new Set<Fact>();
  const settle = (facts: readonly Fact[], told: boolean): void => {
    for (const fact of facts) sent.delete(fact);
    if (!told) waiting = [...facts, ...waiting];
  };
  return {
    add: (facts) => {
      waiting.push(...facts);
    },
    get waiting() {
      return waiting.length;
    },
    carry: (send) => {
      if (waiting.length === 0) return send([]);
      const facts = waiting.splice(0, FACTS_PER_ACTIVITY);
      for (const fact of facts) sent.add(fact);
      return send(facts).then(
        (result) => {
          settle(facts, true);
          return result;
        },
        (error: unknown) => {
          // An activity that failed for good has told them before it did.
          settle(facts, !isCancellation(error));
          throw error;
        },
      );
    },
    unconfirmed: () => [...sent, ...waiting],
  };
}
