/** Collects what happens until somebody takes it; one taker. */
export interface Mailbox<Letter> {
  put: (letter: Letter) => void;
  /** Everything that has come since the last time, in order; waits while there is nothing. */
  take: () => Promise<Letter[]>;
}

export function createMailbox<Letter>(): Mailbox<Letter> {
  let letters: Letter[] = [];
  let wake: (() => void) | undefined;
  return {
    put: (letter) => {
      letters.push(letter);
      wake?.();
    },
    take: async () => {
      if (letters.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const taken = letters;
      letters = [];
      return taken;
    },
  };
}
