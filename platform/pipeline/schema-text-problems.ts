import { isJsonObject } from '../../contracts/json.ts';
import { type PathPart, shown } from './dotted-path.ts';
import { refusedPattern } from './linear-pattern.ts';

export interface SchemaProblem {
  /** From the schema's root. */
  parts: readonly PathPart[];
  message: string;
}

/** Under these a schema holds values, no schemas. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

/** What a JSON Schema says of a text that the schema compiler would refuse without saying where, all of it. */
export function schemaTextProblems(schema: unknown, parts: readonly PathPart[] = []): SchemaProblem[] {
  if (Array.isArray(schema))
    return schema.flatMap((entry, index) => schemaTextProblems(entry, [...parts, index]));
  if (!isJsonObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const at = [...parts, key];
    if (VALUES.has(key)) return [];
    if (key === 'pattern') return patternProblems(value, at);
    if ((key === '$ref' || key === '$dynamicRef') && typeof value === 'string')
      return referenceProblems(value, at);
    const inside = schemaTextProblems(value, at);
    if (key !== 'patternProperties' || !isJsonObject(value)) return inside;
    return [
      ...Object.keys(value).flatMap((pattern) => patternProblems(pattern, [...at, pattern])),
      ...inside,
    ];
  });
}

function patternProblems(pattern: unknown, parts: readonly PathPart[]): SchemaProblem[] {
  // Below `properties`, `pattern` is a name and its value a schema.
  if (typeof pattern !== 'string') return schemaTextProblems(pattern, parts);
  const reason = refusedPattern(pattern);
  return reason === undefined ? [] : [{ parts, message: reason }];
}

function referenceProblems(reference: string, parts: readonly PathPart[]): SchemaProblem[] {
  if (reference.startsWith('#')) return [];
  const message = `refers to "${shown(reference)}": nothing is fetched, so put that schema under $defs and refer to it as #/$defs/<name>`;
  return [{ parts, message }];
}
