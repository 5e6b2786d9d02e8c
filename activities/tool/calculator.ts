import type { MathNode } from 'mathjs';

import { GatheringFailure } from '../../contracts/failure.ts';
import { CALCULATOR } from './catalogue.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

const MAX_LENGTH = 1000;
const FORMAT = { precision: 14, lowerExp: -9, upperExp: 15 };
const NOT_A_RESULT: ReadonlySet<string> = new Set(['string', 'function', 'undefined']);

/** Functions that take time and space in proportion to the number of their arguments, whatever their values. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'abs add cbrt ceil cube divide exp expm1 fix floor gcd hypot lcm log log10 log1p log2 mod multiply nthRoot pow round sign ' +
    'sqrt square subtract unaryMinus unaryPlus max mean median min mode prod std sum variance factorial gamma ' +
    'sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh sec csc cot to ' +
    'larger largerEq smaller smallerEq equal unequal'
  ).split(' '),
);
/** These answer with a list or a matrix, whose size must not grow out of a power or a product. */
const NOT_ON_LISTS: ReadonlySet<string> = new Set(['pow', 'multiply', 'factorial']);

export const calculator = (): ToolKind => ({
  tool: CALCULATOR,
  run: async (input) => calculate(textIn(input, 'expression')),
});

/**
 * The value of an arithmetic expression, rounded to 14 digits. Only numbers, units, a list of known functions and literal
 * lists get through, so the work is bounded by the length of the expression.
 * @throws GatheringFailure `InvalidInput` for anything else and for what is not a finite number
 */
export async function calculate(expression: string): Promise<string> {
  if (expression.length > MAX_LENGTH) throw invalid(`it is longer than ${MAX_LENGTH} characters`);
  // Loaded at first use: it is large, and few runs calculate.
  const math = await import('mathjs');
  try {
    const node = math.parse(expression.replace(/%\s+of\s+/gi, '% * '));
    node.traverse(check);
    const value: unknown = node.compile().evaluate(new Map());
    const text = Number.isSafeInteger(value) ? String(value) : math.format(value, FORMAT);
    if (NOT_A_RESULT.has(typeof value) || /\b(?:NaN|Infinity)\b/.test(text)) {
      throw invalid('the result is not a finite number');
    }
    return text;
  } catch (cause) {
    if (cause instanceof GatheringFailure) throw cause;
    const reason = cause instanceof RangeError ? 'it is nested too deeply' : messageOf(cause);
    throw invalid(reason, cause);
  }
}

function check(node: MathNode): void {
  switch (node.type) {
    case 'ConstantNode':
      if ('value' in node && typeof node.value !== 'number')
        throw invalid('only numbers can be calculated with');
      return;
    case 'ParenthesisNode':
    case 'SymbolNode':
    case 'ArrayNode':
    case 'RelationalNode':
      return;
    case 'OperatorNode':
      checkCall('fn' in node ? String(node.fn) : '', node);
      return;
    case 'FunctionNode':
      checkCall(
        'fn' in node && node.fn instanceof Object && 'name' in node.fn ? String(node.fn.name) : '',
        node,
      );
      return;
    default:
      throw invalid(`it may hold no ${node.type.replace(/Node$/, '').toLowerCase()}`);
  }
}

function checkCall(name: string, node: MathNode): void {
  if (!FUNCTIONS.has(name)) throw invalid(`there is no function or operator "${name}"`);
  if (NOT_ON_LISTS.has(name) && node.filter((inner) => inner.type === 'ArrayNode').length > 0) {
    throw invalid(`"${name}" cannot be used on lists`);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const invalid = (reason: string, cause?: unknown): GatheringFailure =>
  new GatheringFailure('InvalidInput', `The expression cannot be calculated: ${reason}`, { cause });
