/** A copy of an object without one of its keys. */
export function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  // What is left has every other key, which the type of entries cannot say.
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== String(key))) as Omit<T, K>;
}
