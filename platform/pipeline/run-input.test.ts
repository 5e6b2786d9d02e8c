import { expect, it } from '@jest/globals';

import type { JsonObject, JsonSchema } from '../../contracts/json.ts';
import { createRunInputCheck } from './run-input.ts';

const check = createRunInputCheck();
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

/** Thirty definitions, each twice the one before. */
const doubling = (leaf: JsonSchema | boolean): JsonSchema => ({
  $defs: {
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, { allOf: [next, next] }];
      }),
    ),
    d30: leaf,
  },
  properties: { a: { $ref: '#/$defs/d0' } },
});

const REFUSED: [
  what: string,
  schema: JsonSchema,
  input: JsonObject,
  ...problems: [path: string, message: RegExp][],
][] = [
  ['what is missing', { required: ['a', 'b c'] }, {}, ['input.a', /missing/], ['input["b c"]', /missing/]],
  [
    'another type',
    { properties: { a: { type: ['string', 'null'] } } },
    { a: 1 },
    ['input.a', /must be string or null/],
  ],
  [
    'a field too many',
    { properties: { a: {} }, additionalProperties: false },
    { a: 1, b: 2 },
    ['input.b', /not expected/],
  ],
  [
    'what is not among the choices',
    { properties: { a: { enum: ['x', 1] } } },
    { a: 2 },
    ['input.a', /one of "x",1/],
  ],
  [
    'another constant',
    { properties: { a: { const: { b: 1 } } } },
    { a: 2 },
    ['input.a', /must be \{"b":1\}/],
  ],
  [
    'every culprit at once',
    { properties: { l: { items: { type: 'number' } } } },
    { l: ['x', 1, 'y'] },
    ['input.l[0]', /number/],
    ['input.l[2]', /number/],
  ],
  [
    'what fits no alternative',
    { properties: { a: { anyOf: [{ type: 'string' }, { type: 'number' }] } } },
    { a: [] },
    ['input.a', /^must be string or must be number$/],
  ],
  [
    'what fits two alternatives of which one is meant',
    { properties: { a: { oneOf: [{}, {}] } } },
    { a: 1 },
    ['input.a', /exactly one/],
  ],
  [
    'a text without its pattern',
    { properties: { a: { pattern: '^x' }, b: { pattern: 'x$' } } },
    { a: 'xy', b: 'xy' },
    ['input.b', /pattern "x\$"/],
  ],
  [
    'a name without its pattern',
    { patternProperties: { '^n_': { type: 'number' } } },
    { n_a: 'x', other: 'x' },
    ['input.n_a', /number/],
  ],
  [
    'a text without its format',
    { properties: { a: { format: 'email' } } },
    { a: 'x' },
    ['input.a', /"email"/],
  ],
  [
    'what draft-07 refuses',
    { $schema: DRAFT_07, properties: { a: { items: [{ type: 'string' }] } } },
    { a: [1] },
    ['input.a[0]', /string/],
  ],
  [
    'what 2020-12 refuses',
    { properties: { a: { prefixItems: [{ type: 'string' }] } } },
    { a: [1] },
    ['input.a[0]', /string/],
  ],
  ['a prototype', {}, JSON.parse('{"a":[{"__proto__":1}]}'), ['input.a[0].__proto__', /not allowed/]],
  ['a schema that would not be accepted today', { type: 'nothing' }, {}, ['inputSchema.type', /must be/]],
  [
    'an evil pattern, at once',
    { properties: { a: { pattern: '^(a+)+$' } } },
    { a: `${'a'.repeat(50_000)}b` },
    ['input.a', /pattern/],
  ],
  ['what takes a schema for ever', doubling(true), { a: 1 }, ['input', /too long/]],
  ["what finds a schema's errors for ever", doubling({ type: 'string' }), { a: 1 }, ['input', /too long/]],
  [
    'a list that is compared with itself for ever',
    { properties: { a: { uniqueItems: true } } },
    { a: Array.from({ length: 30_000 }, (_, index) => ({ index })) },
    ['input', /too long/],
  ],
];

it.each(REFUSED)('refuses %s', (_what, schema, input, ...problems) => {
  const checked = check(schema, input);
  expect(checked.ok ? [] : checked.problems).toEqual(
    problems.map(([path, message]) => ({ path, message: expect.stringMatching(message) })),
  );
});

it('refuses too deep an input even without a schema', () => {
  let deep: JsonObject = {};
  for (let level = 0; level < 200; level++) deep = { deep };
  expect(check(undefined, deep)).toMatchObject({
    ok: false,
    problems: [{ message: expect.stringContaining('100') }],
  });
});

it('accepts any other input without a schema', () => {
  expect(check(undefined, { a: [1, { b: null }] })).toEqual({ ok: true, input: { a: [1, { b: null }] } });
});

it('fills in the defaults of the schema and leaves the given input as it is', () => {
  const input = { a: { c: 2 } };
  const schema = {
    properties: { a: { properties: { b: { default: [1] } } }, d: { default: 'x' }, e: { default: {} } },
  };
  expect(check(schema, input)).toEqual({ ok: true, input: { a: { b: [1], c: 2 }, d: 'x', e: {} } });
  expect(input).toEqual({ a: { c: 2 } });
});

it('gives every run its own defaults', () => {
  const schema = { properties: { list: { default: [] } } };
  const [first, second] = [check(schema, {}), check(schema, {})];
  expect(first.ok && second.ok && first.input['list'] !== second.input['list']).toBe(true);
});

it('ignores formats that nobody knows', () => {
  expect(check({ properties: { a: { format: 'colour' } } }, { a: 'x' })).toMatchObject({ ok: true });
});

it('tells schemas of the same $id apart', () => {
  const schema = (type: string): JsonSchema => ({ $id: 'https://x.example/a', properties: { a: { type } } });
  expect(check(schema('string'), { a: 'x' })).toMatchObject({ ok: true });
  expect(check(schema('number'), { a: 'x' })).toMatchObject({ ok: false });
});

it('follows a schema that refers to itself as deep as the input goes', () => {
  const schema = {
    $defs: { tree: { properties: { left: { $ref: '#/$defs/tree' }, leaf: { type: 'number' } } } },
    $ref: '#/$defs/tree',
  };
  expect(check(schema, { left: { left: { leaf: 'x' } } })).toMatchObject({
    ok: false,
    problems: [{ path: 'input.left.left.leaf' }],
  });
});

it('goes on after a check that was cut off', () => {
  check(doubling(true), { a: 1 });
  expect(check({ required: ['a'] }, { a: 1 })).toEqual({ ok: true, input: { a: 1 } });
});
