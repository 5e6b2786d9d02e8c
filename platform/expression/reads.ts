import type { SyntaxNode } from './parse.ts';
import { boundNames, childrenOf, isSyntaxNode, parseExpression } from './parse.ts';

/** What an expression or a template needs to be bound before it can be evaluated. */
export interface Reads {
  /** Names under `nodes.<id>`, each once, in order of appearance. */
  nodes: string[];
  /** Some nodes are chosen while it runs (`nodes.*`, `$lookup(nodes, …)`, `$$`): bind all that are decided. */
  everyNode: boolean;
  /** Names under `secrets.<NAME>`, each once. */
  secrets: string[];
  input: boolean;
  /** `item` or `index`. */
  item: boolean;
  run: boolean;
}

export type ExpressionAnalysis =
  { ok: true; reads: Reads } | { ok: false; message: string; position?: number };

/** What a part of an expression evaluates to: the root object, one of its two maps of names, or anything else. */
type Kind = 'root' | 'nodes' | 'secrets' | 'other';

/** Functions that take the context in place of a missing argument, with the number of arguments at which they do not. */
const CONTEXT_TAKERS = new Map<unknown, number>([
  ['string', 1],
  ['boolean', 1],
  ['not', 1],
  ['keys', 1],
  ['lookup', 2],
  ['spread', 1],
  ['sift', 2],
  ['each', 2],
  ['clone', 1],
]);

class SecretsAsAWhole extends Error {
  readonly position: number | undefined;
  constructor(position: number | undefined) {
    super('A secret must be named, as in secrets.NAME');
    this.position = position;
  }
}

const nodesIn = (value: unknown): SyntaxNode[] => (Array.isArray(value) ? value.filter(isSyntaxNode) : []);
const without = (node: SyntaxNode, fields: readonly string[]): SyntaxNode => ({
  ...Object.fromEntries(Object.entries(node).filter(([field]) => !fields.includes(field))),
  type: node.type,
});

/** Walks one syntax tree and notes what it reads. When it cannot be sure it notes too much, never too little. */
const createWalk = (bound: ReadonlySet<unknown>) => {
  const nodes = new Set<string>();
  const secrets = new Set<string>();
  const seen = { everyNode: false, input: false, item: false, run: false };
  /** A function that may take its context unseen, and a call of an unknown function where the context matters. */
  const hidden = { taker: false, call: false };

  /** A root object or map of names goes where it can no longer be followed. */
  const escape = (kind: Kind, at: SyntaxNode): void => {
    if (kind === 'secrets') throw new SecretsAsAWhole(at.position);
    if (kind === 'other') return;
    seen.everyNode = true;
    if (kind === 'root') Object.assign(seen, { input: true, item: true, run: true });
  };

  const readName = (name: unknown, context: Kind): Kind => {
    if (typeof name !== 'string' || context === 'other') return 'other';
    if (context === 'nodes') nodes.add(name);
    else if (context === 'secrets') secrets.add(name);
    else if (name === 'nodes' || name === 'secrets') return name;
    else if (name === 'input' || name === 'run') seen[name] = true;
    else if (name === 'item' || name === 'index') seen.item = true;
    return 'other';
  };

  const walkAll = (parts: readonly SyntaxNode[], context: Kind): void => {
    for (const part of parts) escape(walk(part, context), part);
  };

  const walkPath = (path: SyntaxNode, context: Kind): Kind => {
    let kind = context;
    for (const step of nodesIn(path['steps'])) {
      const before = kind;
      kind =
        step.type === 'name'
          ? readName(step.value, before)
          : step.type === 'sort'
            ? before
            : walk(without(step, DECORATIONS), before);
      if (DECORATIONS.some((field) => step[field] !== undefined) || step.type === 'sort') {
        escape(kind, step);
        if (step['focus'] !== undefined) escape(before, step);
        walkAll(
          step.type === 'sort' ? childrenOf(step) : DECORATIONS.flatMap((field) => partsOf(step[field])),
          kind,
        );
        // After `@$variable` the next step starts again from where this one started.
        if (step['focus'] !== undefined) kind = before;
      }
    }
    return kind;
  };

  const walkCall = (call: SyntaxNode, context: Kind, given: number): Kind => {
    const callee = call['procedure'];
    const parameters = nodesIn(call['arguments']);
    walkAll(parameters, context);
    if (!isSyntaxNode(callee)) return 'other';
    if (callee.type !== 'variable') walkAll([callee], context);
    const needs = callee.type === 'variable' ? CONTEXT_TAKERS.get(callee.value) : undefined;
    // What a partial application leaves open is never taken from the context.
    if (call.type === 'partial') return 'other';
    if (needs !== undefined && parameters.length + given < needs) escape(context, call);
    if (context !== 'other' && (callee.type !== 'variable' || bound.has(callee.value))) hidden.call = true;
    return 'other';
  };

  const walkOne = (node: SyntaxNode, context: Kind): Kind => {
    switch (node.type) {
      case 'path':
        return walkPath(node, context);
      case 'name':
        return readName(node.value, context);
      case 'variable':
        if (node.value === '$') return 'root';
        if (node.value === '') return context;
        if (CONTEXT_TAKERS.has(node.value)) hidden.taker = true;
        return 'other';
      case 'wildcard':
      case 'descendant':
        escape(context, node);
        return 'other';
      case 'parent':
        escape('root', node);
        return 'other';
      case 'function':
      case 'partial':
        return walkCall(node, context, 0);
      case 'apply': {
        const { lhs, rhs } = node;
        if (isSyntaxNode(lhs)) walkAll([lhs], context);
        if (isSyntaxNode(rhs)) {
          if (rhs.type === 'function') walkCall(rhs, context, 1);
          else walkAll([rhs], context);
        }
        return 'other';
      }
      case 'transform':
        // Its parts see the object that the transform is applied to, which is followed where it comes from.
        walkAll(childrenOf(node), 'other');
        return 'other';
      case 'lambda':
        if (typeof node['signature'] === 'object') hidden.taker = true;
        if (isSyntaxNode(node['body'])) walkAll([node['body']], context);
        return 'other';
      case 'block': {
        const parts = nodesIn(node['expressions']);
        walkAll(parts.slice(0, -1), context);
        const last = parts.at(-1);
        return last === undefined ? 'other' : walk(last, context);
      }
      default:
        walkAll(childrenOf(node), context);
        return 'other';
    }
  };

  const walk = (node: SyntaxNode, context: Kind): Kind => {
    const decorated = DECORATIONS.filter((field) => node[field] !== undefined);
    if (decorated.length === 0) return walkOne(node, context);
    const kind = walkOne(without(node, DECORATIONS), context);
    escape(kind, node);
    walkAll(
      decorated.flatMap((field) => partsOf(node[field])),
      kind,
    );
    return kind;
  };

  return (ast: SyntaxNode): Reads => {
    walkAll([ast], 'root');
    if (hidden.taker && hidden.call) escape('root', ast);
    return { nodes: [...nodes], secrets: [...secrets], ...seen };
  };
};

/** What may hang on any node: predicates, stages of a step, a grouping, variables for the focus and the position. */
const DECORATIONS = ['predicate', 'stages', 'group', 'focus', 'index'] as const;

const partsOf = (decoration: unknown): SyntaxNode[] => {
  if (isSyntaxNode(decoration))
    return decoration.type === 'filter' ? partsOf(decoration['expr']) : [decoration];
  if (Array.isArray(decoration)) return decoration.flatMap(partsOf);
  return typeof decoration === 'object' && decoration !== null
    ? Object.values(decoration).flatMap(partsOf)
    : [];
};

export const NO_READS: Reads = {
  nodes: [],
  everyNode: false,
  secrets: [],
  input: false,
  item: false,
  run: false,
};

/** What several parts need together. */
export const joinReads = (parts: readonly Reads[]): Reads => ({
  nodes: [...new Set(parts.flatMap((part) => part.nodes))],
  everyNode: parts.some((part) => part.everyNode),
  secrets: [...new Set(parts.flatMap((part) => part.secrets))],
  input: parts.some((part) => part.input),
  item: parts.some((part) => part.item),
  run: parts.some((part) => part.run),
});

/**
 * Parses a JSONata expression and says what it reads, from its syntax tree alone; nothing is evaluated.
 * Refuses `$eval`, secrets that are not named one by one, and sources that are too long or too deep. Never throws.
 */
export const analyseExpression = (source: string): ExpressionAnalysis => {
  const parsed = parseExpression(source);
  return parsed.ok ? analyseTree(parsed.ast) : parsed;
};

/** The same, of what `parseExpression` made of a source. */
export const analyseTree = (ast: SyntaxNode): ExpressionAnalysis => {
  try {
    return { ok: true, reads: createWalk(boundNames(ast))(ast) };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: 'The expression is nested too deeply' };
    if (!(error instanceof SecretsAsAWhole)) throw error;
    return {
      ok: false,
      message: error.message,
      ...(error.position === undefined ? {} : { position: error.position }),
    };
  }
};
