import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Computation, EvaluationResult, EvaluationTask } from './evaluation.ts';
import type { Isolate } from './isolate.ts';
import { createIsolate } from './isolate.ts';

const task = (what: Computation, key = 'run/node/0'): EvaluationTask => ({
  key,
  now: '2026-01-02T03:04:05.000Z',
  bindings: {
    input: { list: [1, 2, 3], text: 'aXbX', deep: { x: 1 } },
    nodes: { first: { text: 'hi' } },
    run: { id: 'r' },
  },
  what,
});
const value = (expression: string, key?: string): EvaluationTask => task({ kind: 'value', expression }, key);
const limit = { ok: false, failure: { type: 'LimitExceeded', message: expect.any(String) } };
const invalid = { ok: false, failure: { type: 'InvalidInput', message: expect.any(String) } };

const ENDLESS = '($f := function($n) { $f($n + 1) }; $f(0))';
const LIMITED: [string, string][] = [
  ['an endless tail recursion', ENDLESS],
  ['an endless recursion', '($f := function($n) { 1 + $f($n + 1) }; $f(0))'],
  ['a range of ten million', '[1..10000000]'],
  ['doubling strings', '($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d("ab", 60))'],
  ['maps in maps', '$map([1..100000], function($x) { $map([1..1000], function($y) { $x * $y }) })'],
  ['a reduction that grows', '$reduce([1..200000], function($a, $b) { $append($a, [$a, $a]) }, [1])'],
  ['a large sort', '[1..100000]^($)'],
  ['a large padding', '$pad("", 1e9)'],
  ['a deep structure as text', '$string($reduce([1..20000], function($a, $b) { {"a": $a} }, {}))'],
  ['a deep result', '$reduce([1..2000], function($a, $b) { {"a": $a} }, {})'],
  ['memory', '($f := function($l, $n) { $f([{"a": $l, "b": [1..200000]}], $n + 1) }; $f([], 0))'],
];
const INVALID: [string, string][] = [
  ['a function', '$sum'],
  ['a function in an object', '{"f": function($x) { $x }}'],
  ['infinity', '1 / 0'],
  ['not a number', '0 / 0'],
  ['$eval', '$eval("1")'],
  ['the key __proto__', '$merge([{"__proto__": {"x": 1}}])'],
  ['deep nesting of the source', '('.repeat(4_000) + '1' + ')'.repeat(4_000)],
  ['a huge source', `"${'x'.repeat(20_000)}"`],
  ['nested defaults', '('.repeat(40) + 'a' + ' ?? 1)'.repeat(40)],
  ['a back-reference', '$match("aa", /(a)\\1/)'],
  ['an answer that never comes', '($hang := function($f) { {"then": $f} }; $hang(function($a, $b) { 1 }).x)'],
  ['a signature that backtracks', '(function($a)<s+s+s+n:n>{ 1 })("a", "b")'],
  ['a changed built-in', '{} ~> | $sum | {"implementation": 1} |'],
];

describe('the isolate', () => {
  let isolate: Isolate;
  const one = async (what: EvaluationTask): Promise<EvaluationResult | undefined> =>
    (await isolate.evaluate([what]))[0];

  beforeAll(async () => {
    isolate = createIsolate();
    await one(value('1'));
  });
  afterAll(() => isolate.close());

  it.each(LIMITED)('ends %s with LimitExceeded', async (_name, expression) => {
    expect(await one(value(expression))).toEqual(limit);
  });

  it.each(INVALID)('refuses %s with InvalidInput', async (_name, expression) => {
    expect(await one(value(expression))).toEqual(invalid);
  });

  it('answers an evil regular expression in linear time', async () => {
    expect(await one(value('$contains($pad("", 20000, "a") & "b", /(a+)+$/)'))).toEqual({
      ok: true,
      value: false,
    });
  });

  it.each(['constructor', '__proto__', '$lookup({}, "constructor")', 'input.constructor.prototype'])(
    'knows no %s',
    async (expression) => {
      expect(await one(value(expression))).toEqual({ ok: true, value: null });
    },
  );

  it('answers the innocent before any of eight endless loops has used up its time', async () => {
    const order: string[] = [];
    const hostile = Array.from({ length: 8 }, () =>
      isolate.evaluate([value(ENDLESS)]).then(() => order.push('hostile')),
    );
    const innocent = Array.from({ length: 10 }, () =>
      one(value('nodes.first.text')).then((answer) => {
        order.push('innocent');
        expect(answer).toEqual({ ok: true, value: 'hi' });
      }),
    );
    await Promise.all([...innocent, ...hostile]);
    expect(order.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'innocent'));
  });

  it('gives the shapes that are documented', async () => {
    const answers = await isolate.evaluate([
      value('nothing'),
      value('input.list[$ > 2]'),
      value('input.list[$ > 1]'),
      value('input.list[$ > 9]'),
      task({ kind: 'boolean', expression: 'input.list[$ > 9]' }),
      task({ kind: 'boolean', expression: '[0]' }),
      task({ kind: 'boolean', expression: 'input' }),
      task({ kind: 'list', expression: 'nothing' }),
      task({ kind: 'list', expression: 'input.text' }),
      task({ kind: 'list', expression: 'input.list[$ > 2]' }),
      task({ kind: 'filter', items: 'input.list', where: 'item > 1 and index < 2' }),
      task({ kind: 'filter', items: 'nothing', where: 'true' }),
      task({
        kind: 'template',
        template: {
          lone: '{{ input.list }}',
          text: '{{ nodes.first.text }} {{ input.list }}{{ nothing }} \\{{ x',
          none: ['{{ nothing }}'],
        },
      }),
    ]);
    expect(answers.map((answer) => (answer.ok ? answer.value : answer.failure))).toEqual([
      null,
      3,
      [2, 3],
      null,
      false,
      false,
      true,
      [],
      ['aXbX'],
      [3],
      [2],
      [],
      { lone: [1, 2, 3], text: 'hi [1,2,3] \\{{ x'.replace('\\', ''), none: [null] },
    ]);
  });

  it('computes the same under the same key and instant', async () => {
    const expression = '[$now(), $millis(), $random(), $random(), [$shuffle([1..20])]]';
    const [first, again, other] = await isolate.evaluate([
      value(expression),
      value(expression),
      value(expression, 'run/other/0'),
    ]);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(first).toMatchObject({
      value: [
        '2026-01-02T03:04:05.000Z',
        Date.parse('2026-01-02T03:04:05.000Z'),
        expect.any(Number),
        expect.any(Number),
        expect.any(Array),
      ],
    });
  });

  it('computes the same on two isolates, whatever the key', async () => {
    const other = createIsolate({ quickHosts: 1 });
    try {
      await fc.assert(
        fc.asyncProperty(fc.string(), async (key) => {
          const tasks = [
            value('[$random(), $random(), $now()]', key),
            value('[$random(), $random(), $now()]', `${key}/`),
          ];
          const [here, there] = await Promise.all([isolate.evaluate(tasks), other.evaluate(tasks)]);
          expect(here).toEqual(there);
          expect(here[0]).not.toEqual(here[1]);
        }),
        { numRuns: 30 },
      );
    } finally {
      await other.close();
    }
  });

  it('lets nothing leak from one task of a message to the next', async () => {
    const shared = task({ kind: 'value', expression: '' });
    const [, seen] = await isolate.evaluate([
      {
        ...shared,
        what: {
          kind: 'value',
          expression:
            '[{} ~> | $$.input | {"leak": 1} |, ({} ~> | $$.input.deep | {"__proto__": {"leak": 2}} |)]',
        },
      },
      {
        ...shared,
        what: {
          kind: 'value',
          expression: '[$exists(input.leak), $exists(input.deep.leak), $exists({}.leak), $sum([1, 2])]',
        },
      },
    ]);
    expect(seen).toEqual({ ok: true, value: [false, false, false, 3] });
  });

  it('answers 1,000 tasks of one call in their order', async () => {
    const tasks = Array.from({ length: 1_000 }, (_, index) => value(`${index} + 1`));
    expect(await isolate.evaluate(tasks)).toEqual(tasks.map((_, index) => ({ ok: true, value: index + 1 })));
  });

  it('rejects when its signal is aborted, and when it is closed', async () => {
    const stop = new AbortController();
    const stopped = isolate.evaluate([value(ENDLESS)], stop.signal);
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    const other = createIsolate({ quickHosts: 1 });
    const open = other.evaluate([value(ENDLESS)]);
    const refused = expect(open).rejects.toMatchObject({ type: 'Unavailable' });
    await Promise.all([other.close(), other.close()]);
    await refused;
    await expect(other.evaluate([value('1')])).rejects.toMatchObject({ type: 'Unavailable' });
  });
});
