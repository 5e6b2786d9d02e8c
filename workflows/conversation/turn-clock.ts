/** The time that a turn takes, without that for which it waits for people. */
export interface TurnClock {
  now: () => number;
  /** Stands still while something is waited for; several may be waited for at once. */
  standStill: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export function createTurnClock(now: () => number): TurnClock {
  let waits = 0;
  let sinceMs = 0;
  let lostMs = 0;
  return {
    now: () => (waits > 0 ? sinceMs : now()) - lostMs,
    standStill: async (wait) => {
      if (waits === 0) sinceMs = now();
      waits += 1;
      try {
        return await wait();
      } finally {
        waits -= 1;
        if (waits === 0) lostMs += now() - sinceMs;
      }
    },
  };
}
