import type { BuiltIn } from './jsonata-internals.ts';
import { isFunctionValue } from './jsonata-internals.ts';
import type { Meter } from './meter.ts';

/** What stays fixed while one task is evaluated. */
export interface TaskClock {
  millis: number;
  random: () => number;
}

const codePoints = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
};

const textLength = (value: unknown): number => {
  if (typeof value === 'string') return value.length + 2;
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + 1 + textLength(entry), 2);
  if (typeof value !== 'object' || value === null || isFunctionValue(value)) return 4;
  return Object.entries(value).reduce((sum, [key, entry]) => sum + key.length + 4 + textLength(entry), 2);
};

const jsonataError = (code: string, index: number): Error => Object.assign(new Error(code), { code, index });

const isDeepEqual = (left: unknown, right: unknown, meter: Meter): boolean => {
  meter.tick();
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) && Array.isArray(right))
    return (
      left.length === right.length && left.every((entry, index) => isDeepEqual(entry, right[index], meter))
    );
  const [leftEntries, rightEntries] = [Object.entries(left), new Map<string, unknown>(Object.entries(right))];
  return (
    leftEntries.length === rightEntries.size &&
    leftEntries.every(
      ([key, entry]) => rightEntries.has(key) && isDeepEqual(entry, rightEntries.get(key), meter),
    )
  );
};

const distinct = (meter: Meter) => (list: unknown) => {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const seen = new Set<unknown>();
  const objects: unknown[] = [];
  const kept = list.filter((entry: unknown): boolean => {
    meter.tick();
    if (typeof entry !== 'object' || entry === null) return !seen.has(entry) && seen.add(entry).size > 0;
    return !objects.some((other) => isDeepEqual(entry, other, meter)) && objects.push(entry) > 0;
  });
  return ('sequence' in list ? Object.assign(kept, { sequence: true }) : kept) as unknown;
};

type Comparator = (left: unknown, right: unknown) => unknown;

/** Stable, bottom-up, without recursion; `comparator` says whether its first argument comes after the second. */
const mergeSort = async (list: unknown[], comparator: Comparator): Promise<unknown[]> => {
  let source = [...list];
  for (let width = 1; width < source.length; width *= 2) {
    const target: unknown[] = [];
    for (let start = 0; start < source.length; start += 2 * width) {
      const middle = Math.min(start + width, source.length);
      const end = Math.min(start + 2 * width, source.length);
      let [left, right] = [start, middle];
      while (left < middle && right < end)
        target.push((await comparator(source[left], source[right])) ? source[right++] : source[left++]);
      target.push(...source.slice(left, middle), ...source.slice(right, end));
    }
    source = target;
  }
  return source;
};

const sort = (meter: Meter) => (list: unknown, comparator?: Comparator) => {
  if (!Array.isArray(list) || list.length <= 1) return list;
  if (comparator !== undefined) return mergeSort(list, comparator);
  const kinds = new Set(list.map((entry) => typeof entry));
  if (kinds.size !== 1 || !(kinds.has('number') || kinds.has('string'))) throw jsonataError('D3070', 1);
  meter.spend(list.length);
  return [...(list as (string | number)[])].sort((left, right) => (left > right ? 1 : left < right ? -1 : 0));
};

const shuffle = (random: () => number) => (array: unknown) => {
  if (!Array.isArray(array) || array.length <= 1) return array;
  const shuffled: unknown[] = [...(array as unknown[])];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
};

/**
 * The functions that differ from JSONata's own: those that would let a small expression do a large thing at one stroke, and
 * those whose answer would depend on when and where they are called. Otherwise they answer what JSONata's do.
 */
const replacements = (
  originals: ReadonlyMap<string, BuiltIn>,
  meter: Meter,
  current: () => TaskClock,
): Record<string, (...parameters: never[]) => unknown> => {
  const call = (name: string, ...parameters: unknown[]): unknown =>
    originals.get(name)?.implementation(...parameters);
  return {
    eval: () => {
      throw new Error('$eval is not available');
    },
    now: (picture?: string, timezone?: string) => call('fromMillis', current().millis, picture, timezone),
    millis: () => current().millis,
    random: () => current().random(),
    shuffle: shuffle(() => current().random()),
    length: (text?: string) => (text === undefined ? undefined : codePoints(text)),
    pad: (text: string, width: number, filler?: string) => {
      meter.stringLength(Math.abs(width) * (filler?.length ?? 1));
      return call('pad', text, width, filler);
    },
    join: (list?: unknown[], separator?: string) => {
      meter.stringLength(textLength(list) + (list?.length ?? 0) * (separator?.length ?? 0));
      return call('join', list, separator);
    },
    string: (value: unknown, prettify?: boolean) => {
      meter.stringLength(textLength(value));
      return call('string', value, prettify);
    },
    distinct: distinct(meter),
    sort: sort(meter),
  };
};

/** JSONata's own implementation, where it needs the `this` that it is called with, behind a check of the parameters. */
const guards = (meter: Meter): Record<string, (parameters: unknown[]) => void> => ({
  split: ([text, separator]) => {
    if (typeof text !== 'string' || typeof separator !== 'string') return;
    if (separator === '') meter.items(text.length);
    let parts = 1;
    for (
      let at = separator === '' ? -1 : text.indexOf(separator);
      at !== -1;
      at = text.indexOf(separator, at + separator.length)
    )
      meter.items(++parts);
  },
  spread: ([value]) => {
    if (isFunctionValue(value)) throw new Error('A function cannot be spread');
  },
});

/**
 * JSONata's functions for one evaluator: each call is a step on its meter. The objects are frozen where an expression could
 * reach them (the transform operator writes to whatever its pattern finds).
 */
export const createFunctions = (
  originals: ReadonlyMap<string, BuiltIn>,
  meter: Meter,
  current: () => TaskClock,
): ReadonlyMap<string, BuiltIn> => {
  const replaced = replacements(originals, meter, current);
  const guarded = guards(meter);
  const metered = [...originals].map(([name, original]): [string, BuiltIn] => {
    const own = replaced[name];
    const guard = guarded[name];
    const inner = own ?? original.implementation;
    const implementation = function (this: unknown, ...parameters: unknown[]): unknown {
      meter.tick();
      guard?.(parameters);
      return Reflect.apply(inner, this, parameters);
    };
    // JSONata takes the arity from `length`, and for `$pad(?, 3)` the parameters' names from the source text.
    Object.defineProperty(implementation, 'length', { value: original.implementation.length });
    const source = original.implementation.toString();
    Object.defineProperty(implementation, 'toString', { value: () => source });
    Object.freeze(original.signature);
    const builtIn: BuiltIn = {
      _jsonata_function: true,
      implementation: Object.freeze(implementation),
      token: undefined,
      position: undefined,
    };
    if (original.signature !== undefined) builtIn.signature = original.signature;
    for (const field of ['_jsonata_function', 'implementation', 'signature'] as const)
      if (field in builtIn) Object.defineProperty(builtIn, field, { writable: false, configurable: false });
    return [name, Object.preventExtensions(builtIn)];
  });
  return new Map(metered);
};
