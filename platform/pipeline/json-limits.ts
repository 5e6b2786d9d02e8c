import type { ProblemItem } from '../../contracts/problem.ts';
import { dotted, type PathPart } from './dotted-path.ts';

export interface JsonLimits {
  /** Of the value as JSON without white space, in UTF-8. */
  bytes: number;
  /** Nesting of objects and arrays; a bare object has 1. */
  depth: number;
}

export interface JsonReport {
  problems: ProblemItem[];
  /** False when it is so large, deep or strange that nothing else should look at it. */
  readable: boolean;
}

interface Frame {
  value: unknown;
  depth: number;
  part: PathPart;
  above: Frame | undefined;
}

/** A key that would change what an object is instead of what it holds. */
export const isForbiddenKey = (key: string): boolean => key === '__proto__';

/**
 * Walks a value from outside before anything recursive sees it, without recursion of its own, and stops as soon as a limit
 * is passed: a value that refers to one part many times costs no more than its JSON would be long.
 * @param base what the paths of the problems start with
 */
export function inspectJson(root: unknown, limits: JsonLimits, base = ''): JsonReport {
  const problems: ProblemItem[] = [];
  const open: Frame[] = [{ value: root, depth: 0, part: '', above: undefined }];
  let bytes = 0;
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    bytes += leastBytesOf(frame);
    if (bytes > limits.bytes) return tooLarge(base, limits);
    const kind = kindOf(frame.value);
    if (kind === 'leaf') continue;
    if (kind === 'strange')
      return unreadable(
        pathOf(base, frame),
        'is not JSON: give text, a number, true, false, null, a list or an object',
      );
    if (frame.depth >= limits.depth)
      return unreadable(pathOf(base, frame), `is nested deeper than ${limits.depth} levels: flatten it`);
    for (const [part, value] of entriesOf(frame.value)) {
      const inner: Frame = { value, depth: frame.depth + 1, part, above: frame };
      if (typeof part === 'string' && isForbiddenKey(part))
        problems.push({ path: pathOf(base, inner), message: `The key "${part}" is not allowed: rename it` });
      open.push(inner);
    }
  }
  const exact = Buffer.byteLength(JSON.stringify(root ?? null));
  return exact > limits.bytes ? tooLarge(base, limits) : { problems, readable: true };
}

const unreadable = (path: string, message: string): JsonReport => ({
  problems: [{ path, message }],
  readable: false,
});

const tooLarge = (path: string, { bytes }: JsonLimits): JsonReport =>
  unreadable(path, `is larger than ${bytes / 1024} KB of JSON: make it smaller`);

function kindOf(value: unknown): 'leaf' | 'nested' | 'strange' {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return 'leaf';
  if (typeof value === 'number') return Number.isFinite(value) ? 'leaf' : 'strange';
  if (typeof value !== 'object') return 'strange';
  // Not by prototype: an object may come from another realm.
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]'
    ? 'nested'
    : 'strange';
}

function* entriesOf(value: unknown): Iterable<[PathPart, unknown]> {
  if (Array.isArray(value)) yield* value.entries();
  else if (typeof value === 'object' && value !== null) yield* Object.entries(value);
}

/** Key, colon or comma, and the value itself: never more than its JSON takes. */
function leastBytesOf({ value, part }: Frame): number {
  if (value === undefined) return 0;
  const own = typeof value === 'string' ? value.length + 2 : 1;
  return own + (typeof part === 'string' ? part.length + 3 : 1);
}

function pathOf(base: string, frame: Frame): string {
  const parts: PathPart[] = [];
  for (let at = frame; at.above !== undefined; at = at.above) parts.push(at.part);
  return dotted(base, ...parts.reverse());
}
