import jsonata from 'jsonata';

import { MAX_SOURCE_LENGTH } from './evaluation.ts';
import type { RegexCache } from './regex-engine.ts';
import { createRegexCache } from './regex-engine.ts';
import { defaultOperatorsExplode } from './source-guard.ts';

/** A node of JSONata's syntax tree, as far as this folder reads it. The library's own type lacks half of the fields. */
export interface SyntaxNode {
  type: string;
  value?: unknown;
  position?: number;
  [field: string]: unknown;
}

export interface SourceProblem {
  message: string;
  /** Offset into the source, in UTF-16 units. */
  position?: number;
}

export interface ParseOptions {
  jsonata?: jsonata.JsonataOptions;
  regexes?: RegexCache;
}

export type Parsed =
  { ok: true; expression: jsonata.Expression; ast: SyntaxNode } | ({ ok: false } & SourceProblem);

export const isSyntaxNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The direct children of a syntax node, whatever field they stand in, in source order of the fields. */
export const childrenOf = (node: SyntaxNode): SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  const collect = (value: unknown): void => {
    if (isSyntaxNode(value)) children.push(value);
    else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && !(value instanceof RegExp))
      Object.values(value).forEach(collect);
  };
  for (const [field, value] of Object.entries(node)) if (field !== 'signature') collect(value);
  return children;
};

const describe = (error: unknown): SourceProblem => {
  if (error instanceof RangeError) return { message: 'The expression is nested too deeply' };
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const message =
    'message' in error && typeof error.message === 'string'
      ? error.message
      : 'The expression cannot be parsed';
  return 'position' in error && typeof error.position === 'number'
    ? { message, position: error.position }
    : { message };
};

/**
 * JSONata copies the left side of `??` and `?:` by way of JSON, which turns a regular expression into `{}` and drops the
 * check of a lambda's signature. The original stands in the other branch under the same position: put it back.
 */
const repairCopies = (ast: SyntaxNode): void => {
  const originals = new Map<string, SyntaxNode>();
  const copies: { node: SyntaxNode; field: 'value' | 'signature'; key: string }[] = [];
  const visit = (node: SyntaxNode): void => {
    const field =
      node.type === 'regex'
        ? 'value'
        : node.type === 'lambda' && node['signature'] !== undefined
          ? 'signature'
          : undefined;
    if (field !== undefined) {
      const key = `${node.type} ${node.position ?? -1}`;
      const whole =
        field === 'value'
          ? node.value instanceof RegExp
          : typeof node['signature'] === 'object' &&
            node['signature'] !== null &&
            'validate' in node['signature'];
      if (whole) originals.set(key, node);
      else copies.push({ node, field, key });
    }
    childrenOf(node).forEach(visit);
  };
  visit(ast);
  for (const { node, field, key } of copies) node[field] = originals.get(key)?.[field];
};

const namesBoundAt = (node: SyntaxNode): unknown[] => {
  const own =
    node.type === 'bind'
      ? [node['lhs']]
      : node.type === 'lambda' && Array.isArray(node['arguments'])
        ? node['arguments']
        : [];
  return [
    ...own.map((variable: unknown) => (isSyntaxNode(variable) ? variable.value : undefined)),
    node['focus'],
    node['index'],
  ];
};

/** Names of variables that an expression binds itself, by `:=`, as parameters, by `@` or `#`. */
export const boundNames = (ast: SyntaxNode): Set<unknown> =>
  new Set([...namesBoundAt(ast), ...childrenOf(ast).flatMap((child) => [...boundNames(child)])]);

const MAX_REPEATED_PARAMETERS = 2;

/** What is refused although JSONata can do it: each would get round a limit of the isolate. */
const refuse = (node: SyntaxNode): SourceProblem | undefined => {
  const at = node.position === undefined ? {} : { position: node.position };
  if (node.type === 'variable' && node.value === 'eval') return { message: '$eval is not available', ...at };
  // A signature becomes a backtracking regular expression over the types of the arguments.
  if (
    node.type === 'lambda' &&
    (JSON.stringify(node['signature'] ?? '').match(/\+/g) ?? []).length > MAX_REPEATED_PARAMETERS
  )
    return { message: 'A function signature has too many +', ...at };
  // The transform operator changes what `$clone` hands it.
  if (namesBoundAt(node).includes('clone'))
    return { message: '$clone cannot be bound to something else', ...at };
  for (const child of childrenOf(node)) {
    const problem = refuse(child);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const refusePattern = (node: SyntaxNode, regexes: RegexCache): SourceProblem | undefined => {
  if (node.type === 'regex' && node.value instanceof RegExp) {
    try {
      regexes.compile(node.value);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return {
        message: `This regular expression is not available (no look-around, no back-references): ${reason}`,
        ...(node.position === undefined ? {} : { position: node.position }),
      };
    }
  }
  for (const child of childrenOf(node)) {
    const problem = refusePattern(child, regexes);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/** Parses one JSONata source. Never throws; bounded in time and memory, whatever the source. */
export const parseExpression = (source: string, options?: ParseOptions): Parsed => {
  const regexes = options?.regexes ?? createRegexCache();
  if (source.length > MAX_SOURCE_LENGTH)
    return { ok: false, message: `The expression is longer than ${MAX_SOURCE_LENGTH} characters` };
  if (source.trim() === '') return { ok: false, message: 'The expression is empty' };
  const problem = defaultOperatorsExplode(source);
  if (problem !== undefined) return { ok: false, message: problem };
  try {
    const expression = jsonata(source, options?.jsonata);
    const ast: unknown = expression.ast();
    if (!isSyntaxNode(ast)) return { ok: false, message: 'The expression cannot be parsed' };
    repairCopies(ast);
    const refused = refuse(ast) ?? refusePattern(ast, regexes);
    return refused === undefined ? { ok: true, expression, ast } : { ok: false, ...refused };
  } catch (error) {
    return { ok: false, ...describe(error) };
  }
};
