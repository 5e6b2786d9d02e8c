import type { EvaluationLimits } from './evaluation.ts';
import { isFunctionValue } from './jsonata-internals.ts';
import { LimitReached } from './meter.ts';

/** A value that JSON cannot hold, or must not. */
export class NotJson extends Error {}

interface Measure {
  bytes: number;
  depth: number;
}

const utf8Length = (text: string): number => Buffer.byteLength(text);

/**
 * JSON text of what an expression came to, as `JSON.stringify` would write it but in limits, and without anything silent: a function,
 * a number that is not finite and the key `__proto__` are refused. Undefined is `null` at the top, absent in an object.
 * @throws LimitReached before the text of a value that is too large or too deep is made
 * @throws NotJson
 */
export const toJsonText = (value: unknown, limits: EvaluationLimits): string => {
  const measure: Measure = { bytes: 0, depth: 0 };
  const grow = (bytes: number): void => {
    measure.bytes += bytes;
    if (measure.bytes > limits.outputBytes)
      throw new LimitReached(`The result is larger than ${limits.outputBytes} bytes`);
  };
  const visit = (part: unknown, depth: number): void => {
    if (depth > limits.outputDepth)
      throw new LimitReached(`The result is nested deeper than ${limits.outputDepth} levels`);
    if (typeof part === 'string') grow(utf8Length(part) + 2);
    else if (typeof part === 'number') {
      if (!Number.isFinite(part))
        throw new NotJson(`The result holds ${part}, which is not a number in JSON`);
      grow(8);
    } else if (isFunctionValue(part)) throw new NotJson('The result holds a function');
    else if (Array.isArray(part)) {
      grow(part.length + 2);
      for (const entry of part) visit(entry, depth + 1);
    } else if (typeof part === 'object' && part !== null) {
      for (const [key, entry] of Object.entries(part)) {
        if (key === '__proto__') throw new NotJson('The result holds the key "__proto__"');
        grow(utf8Length(key) + 4);
        visit(entry, depth + 1);
      }
      grow(2);
    } else grow(5);
  };
  visit(value, 0);
  const text = JSON.stringify(value ?? null);
  // Escapes are what the measure does not count.
  if (text.length > limits.outputBytes) grow(text.length);
  return text;
};
