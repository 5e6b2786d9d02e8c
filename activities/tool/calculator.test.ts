import { describe, expect, it } from '@jest/globals';

import { calculate } from './calculator.ts';

/** CPU time of this thread: a busy machine makes no test fail. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

describe('calculate', () => {
  it.each([
    ['1 + 2 * 3', '7'],
    ['0.1 + 0.2', '0.3'],
    ['(12.5 + 3) * 4', '62'],
    ['123456789 * 1000', '123456789000'],
    ['2 / 3', '0.66666666666667'],
    ['-2^2', '-4'],
    ['5!', '120'],
    ['20% of 50', '10'],
    ['10 mod 3', '1'],
    ['sqrt(2)^2', '2'],
    ['2 pi', '6.2831853071796'],
    ['mean(1, 2, 6)', '3'],
    ['median([3, 1, 2])', '2'],
    ['round(3.14159, 2)', '3.14'],
    ['5 miles to km', '8.04672 km'],
    ['3 kg * 2 m/s^2', '6 N'],
    ['1 < 2', 'true'],
  ])('%s is %s', async (expression, result) => {
    await expect(calculate(expression)).resolves.toBe(result);
  });

  it.each([
    ['a text', 'cos("a")'],
    ['an assignment', 'a=1e308^1e308'],
    ['infinity', '1e308^1e308'],
    ['a tower of powers', '9^9^9^9^9'],
    ['a huge factorial', 'factorial(1e9)'],
    ['a factorial of a factorial', '170!!!'],
    ['a huge gamma', 'gamma(1e300)'],
    ['a matrix of 1e9', 'ones(1e9)'],
    ['a square matrix of 1e10', 'zeros(100000, 100000)'],
    ['a range of 1e9', 'sum(1:1e9)'],
    ['a power of a list', '[[1,2],[3,4]]^1e9'],
    ['a power of a list behind parentheses', '(([1,2]))^(1e9)'],
    ['a product of lists', '[1,2,3] * [1,2,3]'],
    ['many combinations', 'combinations(1e9, 5e8)'],
    ['a big number', 'bignumber("9")^bignumber("9e9")'],
    ['import', 'import({ a: 1 })'],
    ['config', 'config({ number: "BigNumber" })'],
    ['createUnit', 'createUnit("foo")'],
    ['evaluate', 'evaluate("1 + 1")'],
    ['parse', 'parse("1").evaluate()'],
    ['a property', 'cos.constructor'],
    ['an index', '[1,2][1]'],
    ['an object', '{a: 1}'],
    ['a function of its own', 'f(x) = f(x)'],
    ['several statements', '1; 2'],
    ['a bare function', 'sqrt'],
    ['a string constant', 'version'],
    ['an unknown name', 'foo + 1'],
    ['nothing', '   '],
    ['no formula', '1 +'],
    ['deep nesting', `${'('.repeat(490)}1${')'.repeat(490)}`],
    ['too long a text', '1+'.repeat(600) + '1'],
    ['not a number', '0/0'],
  ])('refuses %s at once and says why', async (_what, expression) => {
    await calculate('1');
    const startedAt = cpuMs();
    await expect(calculate(expression)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^The expression cannot be calculated: ./),
    });
    expect(cpuMs() - startedAt).toBeLessThan(250);
  });
});
