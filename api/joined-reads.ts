/**
 * Joins those who ask for the same thing while it is being read: they share the next read. Nothing is kept, and every answer comes
 * from a read that began after it was asked for, so it is as fresh as if each had read by itself.
 */
export function createJoinedReads<Result>(): (key: string, read: () => Promise<Result>) => Promise<Result> {
  const underWay = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<Result>>();

  const begin = (key: string, read: () => Promise<Result>): Promise<Result> => {
    const reading = read();
    const settled = reading.then(forget, forget);
    underWay.set(key, settled);
    return reading;

    function forget(): void {
      if (underWay.get(key) === settled) underWay.delete(key);
    }
  };

  const afterThat = async (
    key: string,
    earlier: Promise<unknown>,
    read: () => Promise<Result>,
  ): Promise<Result> => {
    await earlier;
    next.delete(key);
    return begin(key, read);
  };

  return (key, read) => {
    const earlier = underWay.get(key);
    if (earlier === undefined) return begin(key, read);
    const joined = next.get(key) ?? afterThat(key, earlier, read);
    next.set(key, joined);
    return joined;
  };
}
