import type { Json } from '../../contracts/json.ts';
import { isJsonObject } from '../../contracts/json.ts';
import type { SyntaxNode } from './parse.ts';
import { parseExpression } from './parse.ts';
import type { Reads } from './reads.ts';
import { analyseTree, joinReads, NO_READS } from './reads.ts';

/** A part of a string: text as it is, or the source between `{{` and `}}`, trimmed. */
export type TemplatePart = { text: string } | { expression: string };

export interface TemplateProblem {
  /** Where in the template, as in `$.headers.authorization` or `$["my key"][2]`. */
  path: string;
  message: string;
}

type ParsedPart = { text: string } | { expression: string; ast: SyntaxNode };
type ParsedTemplate = { ok: true; parts: ParsedPart[] } | { ok: false; message: string };
export type SplitTemplate = { ok: true; parts: TemplatePart[] } | { ok: false; message: string };
export type TemplateAnalysis = { ok: true; reads: Reads } | { ok: false; problems: TemplateProblem[] };

/** How many `}}` are tried for one `{{`: each costs a parse, and an honest expression needs a handful. */
const MAX_TRIES = 24;
const OPEN = '{{';
const CLOSE = '}}';
const ESCAPED = '\\{{';

/** Where the expression that starts at `start` ends: at the first `}}` that leaves something that parses. */
const findEnd = (
  source: string,
  start: number,
): { ok: true; end: number; ast: SyntaxNode } | { ok: false; message: string } => {
  let firstMessage: string | undefined;
  let end = source.indexOf(CLOSE, start);
  for (let tries = 0; end !== -1 && tries < MAX_TRIES; tries++) {
    const parsed = parseExpression(source.slice(start, end));
    if (parsed.ok) return { ok: true, end, ast: parsed.ast };
    firstMessage ??= parsed.message;
    end = source.indexOf(CLOSE, end + 1);
  }
  return { ok: false, message: firstMessage ?? 'A {{ has no closing }}; write \\{{ for two braces as text' };
};

const parseTemplate = (source: string): ParsedTemplate => {
  const parts: ParsedPart[] = [];
  let text = '';
  let position = 0;
  for (;;) {
    const open = source.indexOf(OPEN, position);
    if (open === -1) break;
    if (open > 0 && source.startsWith(ESCAPED, open - 1) && open - 1 >= position) {
      text += source.slice(position, open - 1) + OPEN;
      position = open + OPEN.length;
      continue;
    }
    text += source.slice(position, open);
    const found = findEnd(source, open + OPEN.length);
    if (!found.ok) return found;
    if (text !== '') parts.push({ text });
    text = '';
    parts.push({ expression: source.slice(open + OPEN.length, found.end).trim(), ast: found.ast });
    position = found.end + CLOSE.length;
  }
  text += source.slice(position);
  if (text !== '') parts.push({ text });
  return { ok: true, parts };
};

/**
 * Splits a string into text and expressions. `\{{` is text `{{`. A `}}` inside a string of the expression, or one that closes
 * two of its own braces, does not end it: the shortest source that parses is taken.
 */
export const splitTemplate = (source: string): SplitTemplate => {
  const parsed = parseTemplate(source);
  if (!parsed.ok) return parsed;
  return {
    ok: true,
    parts: parsed.parts.map((part) => ('text' in part ? part : { expression: part.expression })),
  };
};

const keyOf = (key: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

/** Every string of a JSON value with its path. Keys are not templates. */
const stringsIn = (template: Json, path: string): { path: string; source: string }[] => {
  if (typeof template === 'string') return [{ path, source: template }];
  if (Array.isArray(template))
    return template.flatMap((entry, index) => stringsIn(entry, `${path}[${index}]`));
  if (!isJsonObject(template)) return [];
  return Object.entries(template).flatMap(([key, entry]) => stringsIn(entry, path + keyOf(key)));
};

/**
 * What a template needs, or everything that is wrong with it. A template is any JSON value; `{{ expression }}` in its strings
 * (not in its keys) is JSONata. A string that is one lone expression keeps the value's type; in a longer string a string is put in as it is,
 * anything else as JSON, undefined as nothing.
 */
export const analyseTemplate = (template: Json): TemplateAnalysis => {
  const reads: Reads[] = [NO_READS];
  const problems: TemplateProblem[] = [];
  for (const { path, source } of stringsIn(template, '$')) {
    const split = parseTemplate(source);
    if (!split.ok) {
      problems.push({ path, message: split.message });
      continue;
    }
    for (const part of split.parts) {
      if (!('expression' in part)) continue;
      const analysis = analyseTree(part.ast);
      if (analysis.ok) reads.push(analysis.reads);
      else problems.push({ path, message: analysis.message });
    }
  }
  return problems.length === 0 ? { ok: true, reads: joinReads(reads) } : { ok: false, problems };
};
