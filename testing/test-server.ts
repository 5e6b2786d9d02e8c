/** A server that a test may stop, kill and start again; its address stays the same. */
export interface TestServer {
  /** Where clients connect: a Postgres URL, or `host:port` of Temporal. */
  readonly url: string;
  /** The pid of the running process; changes with `restart`. */
  readonly pid: number;
  /** Ends it in good order and removes its data. */
  stop(): Promise<void>;
  /** Ends the process as a crash would; its data stay. */
  kill9(): Promise<void>;
  /** Starts it again on the same data and address, ending it in good order first if it still runs. */
  restart(): Promise<void>;
}

/** Waits until an expectation holds. */
export const untilHolds = (expectation: () => void): Promise<void> =>
  eventually(async () => {
    await Promise.resolve();
    expectation();
  });

/** Asks `probe` again until it succeeds; a probe that still fails after `limitMs` is the error. */
export async function eventually<T>(probe: () => Promise<T>, limitMs = 30_000, everyMs = 25): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
