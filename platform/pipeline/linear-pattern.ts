import { RE2JS } from 're2js';

import { shown } from './dotted-path.ts';

/** The part of a regular expression that JSON Schema needs. */
export interface Pattern {
  test(text: string): boolean;
  /** The source. Ajv tells patterns apart by it. */
  toString(): string;
}

/**
 * Compiles a user's pattern for matching in time linear in the text.
 * @throws Error when it is not a pattern, or needs back-references or look-around, which have no linear-time matcher
 */
export function linearPattern(source: string): Pattern {
  const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
  return { test: (text) => pattern.matcher(text).find(), toString: () => source };
}

/** Why a pattern cannot be used, or undefined when it can. */
export function refusedPattern(source: string): string | undefined {
  try {
    linearPattern(source);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `"${shown(source)}" cannot be used as a pattern (no look-around, no back-references): ${shown(reason)}`;
  }
}
