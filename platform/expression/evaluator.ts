import type jsonata from 'jsonata';

import type { Json } from '../../contracts/json.ts';
import { isJsonObject } from '../../contracts/json.ts';
import type { Computation, EvaluationFailure, EvaluationLimits, EvaluationTask } from './evaluation.ts';
import type { TaskClock } from './functions.ts';
import { createFunctions } from './functions.ts';
import { isFunctionValue, loadBuiltIns } from './jsonata-internals.ts';
import { createLruCache } from './lru-cache.ts';
import { createMeter, LimitReached } from './meter.ts';
import { NotJson, toJsonText } from './output.ts';
import type { SyntaxNode } from './parse.ts';
import { childrenOf, parseExpression } from './parse.ts';
import { createRegexCache, createRegexEngine } from './regex-engine.ts';
import { seededRandom } from './seeded-random.ts';
import type { TemplatePart } from './template.ts';
import { splitTemplate } from './template.ts';

/** The value as JSON text, ready to be sent; `outOfTime` when more time might have helped. */
export type Evaluated =
  { ok: true; json: string } | { ok: false; failure: EvaluationFailure; outOfTime: boolean };

/** Evaluates tasks in this very process: for the hosts of the isolate, which may be killed. One at a time. */
export interface Evaluator {
  evaluate(task: EvaluationTask, timeMs: number): Promise<Evaluated>;
}

/** What is wrong with the expression itself. */
class BadExpression extends Error {}

type Scope = Record<string, unknown>;
type Run = (source: string, scope: Scope) => Promise<unknown>;

/**
 * An evaluation waits for nothing but promises of its own, so once the event loop turns it has come to its end or never will (an object with
 * a `then` that does not call back does that).
 */
const orNever = async <Value>(evaluation: Promise<Value>): Promise<Value> => {
  const never = Symbol('never');
  let turn: NodeJS.Immediate | undefined;
  const turned = new Promise<typeof never>((resolve) => {
    turn = setImmediate(resolve, never);
  });
  const first = await Promise.race([evaluation, turned]);
  clearImmediate(turn);
  if (first === never) throw new BadExpression('The expression waits for an answer that never comes');
  return first;
};

const SOURCES_KEPT = 1_000;

const scopeOf = (bindings: EvaluationTask['bindings']): Scope => ({ ...bindings });

const patternsOf = (node: SyntaxNode, found: Set<unknown>): Set<unknown> => {
  if (node.type === 'transform') found.add(node['pattern']);
  for (const child of childrenOf(node)) patternsOf(child, found);
  return found;
};

const asList = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const evaluateTemplate = async (
  template: Json,
  scope: Scope,
  tools: { run: Run; split: (source: string) => TemplatePart[]; text: (value: unknown) => string },
): Promise<unknown> => {
  if (typeof template === 'string') {
    const parts = tools.split(template);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && 'expression' in only)
      return (await tools.run(only.expression, scope)) ?? null;
    let text = '';
    for (const part of parts)
      text += 'text' in part ? part.text : tools.text(await tools.run(part.expression, scope));
    return text;
  }
  if (Array.isArray(template)) {
    const entries: unknown[] = [];
    for (const entry of template) entries.push(await evaluateTemplate(entry, scope, tools));
    return entries;
  }
  if (!isJsonObject(template)) return template;
  const entries: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(template))
    entries.push([key, await evaluateTemplate(entry, scope, tools)]);
  return Object.fromEntries(entries);
};

const describe = (error: unknown): { failure: EvaluationFailure; outOfTime: boolean } => {
  const invalid = (message: string): { failure: EvaluationFailure; outOfTime: boolean } => ({
    failure: { type: 'InvalidInput', message },
    outOfTime: false,
  });
  const limit = (message: string, outOfTime = false): { failure: EvaluationFailure; outOfTime: boolean } => ({
    failure: { type: 'LimitExceeded', message },
    outOfTime,
  });
  if (error instanceof LimitReached) return limit(error.message, error.outOfTime);
  if (error instanceof RangeError) return limit(`The expression went too far: ${error.message}`);
  if (error instanceof BadExpression || error instanceof NotJson) return invalid(error.message);
  if (typeof error !== 'object' || error === null) return invalid(String(error));
  const code = 'code' in error ? error.code : undefined;
  const message =
    'message' in error && typeof error.message === 'string'
      ? error.message
      : 'The expression cannot be evaluated';
  // D2014, D2015: JSONata's own limits on ranges and lists. D1001: a number that left the range of JSON.
  return code === 'D2014' || code === 'D2015' ? limit(message) : invalid(message);
};

/** @param clock milliseconds, monotonic */
export const createEvaluator = async (
  limits: EvaluationLimits,
  clock: () => number = () => performance.now(),
): Promise<Evaluator> => {
  const meter = createMeter(limits, clock);
  let current: TaskClock = { millis: 0, random: () => 0 };
  const functions = createFunctions(await loadBuiltIns(), meter, () => current);
  const regexes = createRegexCache();
  // Frozen: all evaluations share it.
  const options = Object.freeze({
    sequence: limits.items,
    RegexEngine: createRegexEngine(regexes, meter.tick),
  });
  const expressions = createLruCache<string, jsonata.Expression>(SOURCES_KEPT);
  const templates = createLruCache<string, TemplatePart[]>(SOURCES_KEPT);

  const guardedBy = (patterns: ReadonlySet<unknown>) => ({
    enter: (_node: SyntaxNode, _input: unknown, environment: { base: { depth: number } }): void => {
      meter.tick();
      if (environment.base.depth > limits.depth)
        throw new LimitReached(`The expression recurses deeper than ${limits.depth} levels`);
    },
    leave: (node: SyntaxNode, _input: unknown, _environment: unknown, result: unknown): void => {
      if (typeof result === 'string') meter.stringLength(result.length);
      else if (patterns.has(node) && asList(result).some(isFunctionValue))
        throw new BadExpression('A transform cannot change a function');
    },
  });

  const compile = (source: string): jsonata.Expression => {
    const parsed = parseExpression(source, { jsonata: options, regexes });
    if (!parsed.ok) throw new BadExpression(parsed.message);
    const { enter, leave } = guardedBy(patternsOf(parsed.ast, new Set()));
    for (const [name, builtIn] of functions) parsed.expression.assign(name, builtIn);
    // JSONata documents these hooks by their symbols; its type of `assign` knows only strings.
    const hooks = parsed.expression as unknown as { assign(name: symbol, hook: unknown): void };
    hooks.assign(Symbol.for('jsonata.__evaluate_entry'), enter);
    hooks.assign(Symbol.for('jsonata.__evaluate_exit'), leave);
    return parsed.expression;
  };

  const run: Run = async (source, scope) => {
    // JSONata leaves the name and place of the last call on the functions that all expressions share.
    for (const builtIn of functions.values()) builtIn.token = builtIn.position = undefined;
    const result: unknown = await expressions.getOrCreate(source, compile).evaluate(scope);
    return isEmptySequence(result) ? undefined : result;
  };
  const isTrue = async (source: string, scope: Scope): Promise<boolean> => truthOf(await run(source, scope));
  const truthOf = (value: unknown): boolean => functions.get('boolean')?.implementation(value) === true;
  const split = (source: string): TemplatePart[] =>
    templates.getOrCreate(source, () => {
      const result = splitTemplate(source);
      if (!result.ok) throw new BadExpression(result.message);
      return result.parts;
    });
  const text = (value: unknown): string =>
    value === undefined ? '' : typeof value === 'string' ? value : toJsonText(value, limits);

  const compute = async (what: Computation, scope: Scope): Promise<unknown> => {
    switch (what.kind) {
      case 'value':
        return run(what.expression, scope);
      case 'boolean':
        return isTrue(what.expression, scope);
      case 'list':
        return asList(await run(what.expression, scope));
      case 'filter': {
        const kept: unknown[] = [];
        for (const [index, item] of asList(await run(what.items, scope)).entries())
          if (await isTrue(what.where, { ...scope, item, index })) kept.push(item);
        return kept;
      }
      case 'template':
        return evaluateTemplate(what.template, scope, { run, split, text });
    }
  };

  return {
    async evaluate(task, timeMs) {
      meter.start(timeMs);
      current = { millis: Date.parse(task.now), random: seededRandom(task.key) };
      try {
        return {
          ok: true,
          json: toJsonText(await orNever(compute(task.what, scopeOf(task.bindings))), limits),
        };
      } catch (error) {
        return { ok: false, ...describe(error) };
      }
    },
  };
};

const isEmptySequence = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 0 && 'sequence' in value && !('keepSingleton' in value);
