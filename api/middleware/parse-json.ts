import type { ProblemItem } from '../../contracts/problem.ts';
import { ProtocolProblem } from '../problem.ts';
import { findDuplicateKey } from './duplicate-keys.ts';

const MAX_DEPTH = 100;
const UNPAIRED_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** @throws ProtocolProblem for what is not JSON */
export function parseJson(text: string, { uniqueKeys = false }: { uniqueKeys?: boolean } = {}): unknown {
  const value = valueOf(text);
  const twice = uniqueKeys ? findDuplicateKey(text) : undefined;
  if (twice === undefined) return value;
  const key = JSON.stringify(twice.slice(0, 80));
  throw new ProtocolProblem('malformed-request', `The body has the key ${key} twice in one object.`);
}

function valueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    const where = error instanceof Error ? ` (${error.message.replaceAll(/\s+/g, ' ').slice(0, 200)})` : '';
    throw new ProtocolProblem('malformed-request', `The body is not JSON${where}.`);
  }
}

/**
 * Names what no contract takes wherever it stands: text that the database cannot hold, nesting that would exhaust the stack of
 * whoever walks it, and the key that would be lost on the way.
 */
export function findUnstorable(root: unknown): ProblemItem[] {
  const problems: ProblemItem[] = [];
  const rest: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, path, depth } = next;
    if (typeof value === 'string' && !isStorable(value)) problems.push({ path, message: UNSTORABLE_TEXT });
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH) {
      problems.push({ path, message: `is nested more than ${MAX_DEPTH} levels deep` });
      continue;
    }
    for (const [key, child] of Object.entries(value)) {
      const childPath = path === '' ? key : `${path}.${key}`;
      if (!isStorable(key)) problems.push({ path: childPath, message: UNSTORABLE_TEXT });
      if (key === '__proto__')
        problems.push({ path: childPath, message: 'is not a name that is taken here' });
      rest.push({ value: child, path: childPath, depth: depth + 1 });
    }
  }
  return problems;
}

const UNSTORABLE_TEXT = 'holds a null character or half a character';
export const isStorable = (text: string): boolean =>
  !text.includes('\u0000') && !UNPAIRED_SURROGATE.test(text);
