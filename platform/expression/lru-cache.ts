/** A map that forgets what was not asked for longest. */
export interface LruCache<Key, Value> {
  /** What `create` throws is not kept. */
  getOrCreate(key: Key, create: (key: Key) => Value): Value;
}

export const createLruCache = <Key, Value>(capacity: number): LruCache<Key, Value> => {
  // A Map keeps the order of insertion: the first key is the one that was not asked for longest.
  const entries = new Map<Key, Value>();
  return {
    getOrCreate(key, create) {
      const known = entries.get(key);
      const value = known ?? create(key);
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.keys();
      if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
      return value;
    },
  };
};
