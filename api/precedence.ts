/** Which work goes before which, where both share one thread and one database. */
export interface Precedence {
  /** Does what somebody waits for. */
  first<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Resolves when nothing of that is under way, and after so many milliseconds at the latest. */
  afterwards(mostMs: number): Promise<void>;
}

export function createPrecedence(): Precedence {
  let underWay = 0;
  let idle = Promise.withResolvers<undefined>();

  return {
    async first(work) {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
        if (underWay === 0) {
          idle.resolve(undefined);
          idle = Promise.withResolvers();
        }
      }
    },
    async afterwards(mostMs) {
      if (underWay === 0) return;
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(resolve, mostMs);
      await Promise.race([idle.promise, late]);
      clearTimeout(timer);
    },
  };
}
