/** Writes a growing text in batches, one write at a time. */
export interface TextStream {
  push: (delta: string) => void;
  /** Writes what is left. */
  end: () => Promise<void>;
}

/** Seldom enough for the database, often enough for the eye. */
const BATCH_MS = 40;

/**
 * The first piece is written at once, as is any that comes after a pause; what follows in quick succession is gathered for `BATCH_MS`. A
 * write ends where a character does, although models may send one in two halves.
 * @param append writes a piece; false when this attempt may write no more
 * @param lost called once, when a piece was refused or could not be written: the model call is to be given up
 */
export function createTextStream(
  append: (delta: string) => Promise<boolean>,
  lost: (error: unknown) => void,
): TextStream {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failed = false;
  let ended = false;

  const write = async (delta: string): Promise<void> => {
    try {
      if (await append(delta)) return;
      failed = true;
      lost(undefined);
    } catch (error) {
      failed = true;
      lost(error);
    }
  };

  const flush = (upTo: number): void => {
    const delta = waiting.slice(0, upTo);
    waiting = waiting.slice(upTo);
    if (delta === '' || failed) return;
    writing = write(delta).finally(() => (writing = undefined));
  };

  /** Unless something is being written, or was a moment ago: then the end of that moment takes it along. */
  const flushSoon = (): void => {
    if (ended || timer !== undefined || waiting === '') return;
    timer = setTimeout(() => {
      timer = undefined;
      if (writing === undefined) flushSoon();
      else void writing.then(flushSoon);
    }, BATCH_MS);
    flush(wholeCharacters(waiting));
  };

  return {
    push: (delta) => {
      waiting += delta;
      if (writing === undefined) flushSoon();
    },
    end: async () => {
      ended = true;
      clearTimeout(timer);
      await writing;
      flush(waiting.length);
      await writing;
    },
  };
}

/** The length without the first half of a surrogate pair at the end. */
function wholeCharacters(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length;
}
