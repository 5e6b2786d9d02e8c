/** Writes a growing text in batches, one write at a time. */
export interface TextStream {
  push: (delta: string) => void;
  /** Writes what is left. @throws what a write threw */
  end: () => Promise<void>;
}

/** Seldom enough for the database, often enough for the eye. */
const BATCH_MS = 40;

/**
 * @param append writes a piece; false when this attempt may write no more
 * @param lost called once, when a piece was refused or could not be written: the model call is to be given up
 */
export function createTextStream(
  append: (delta: string) => Promise<boolean>,
  lost: (error: unknown) => void,
): TextStream {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let failed = false;

  const flush = (): void => {
    timer = undefined;
    writing = writing.then(async () => {
      const delta = waiting;
      waiting = '';
      if (delta === '' || failed) return;
      try {
        if (await append(delta)) return;
        failed = true;
        lost(undefined);
      } catch (error) {
        failed = true;
        lost(error);
      }
    });
  };

  return {
    push: (delta) => {
      waiting += delta;
      timer ??= setTimeout(flush, BATCH_MS);
    },
    end: async () => {
      clearTimeout(timer);
      flush();
      await writing;
    },
  };
}
