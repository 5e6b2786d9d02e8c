/** Collects what happens until somebody takes it; one taker. */
export interface Mailbox<Letter> {
  put: (letter: Letter) => void;
  /** Everything that has come since the last time, in order; waits while there is nothing. */
  take: () => Promise<Letter[]>;
}

export function createMailbox<Letter>(): Mailbox<Letter> {
  let letters: Letter[] = [];
  let deliver: ((letters: Letter[]) => void) | undefined;
  return {
    put: (letter) => {
      letters.push(letter);
      if (deliver === undefined) return;
      deliver(letters);
      deliver = undefined;
      letters = [];
    },
    take: () =>
      new Promise((resolve) => {
        if (letters.length === 0) {
          deliver = resolve;
          return;
        }
        resolve(letters);
        letters = [];
      }),
  };
}
