/** Collects what comes in a burst and hands it on at once, so that a hundred events are one rendering. */
export function createBatch<T>(
  flush: (items: T[]) => void,
  delayMs: () => number = () => 30,
): { add: (item: T) => void; stop: () => void } {
  let items: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add: (item) => {
      items.push(item);
      timer ??= setTimeout(() => {
        timer = undefined;
        const collected = items;
        items = [];
        flush(collected);
      }, delayMs());
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      items = [];
    },
  };
}
