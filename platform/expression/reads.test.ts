import { expect, it } from '@jest/globals';

import type { Reads } from './reads.ts';
import { analyseExpression, NO_READS } from './reads.ts';

const ALL = { everyNode: true, input: true, item: true, run: true };
const CASES: [string, Partial<Reads>][] = [
  ['nodes.a.b + input.x', { nodes: ['a'], input: true }],
  ['$$.nodes.x', { nodes: ['x'] }],
  ['nodes."my-node"', { nodes: ['my-node'] }],
  ['input.nodes.x', { input: true }],
  ['nodes.a.(nodes.b)', { nodes: ['a'] }],
  ['nodes.a[x = $$.nodes.b]', { nodes: ['a', 'b'] }],
  ['$map(input.list, function($v) { nodes.b & $v })', { nodes: ['b'], input: true }],
  ['$map(input.list, $string)', { input: true }],
  ['run.id & item.name & index', { run: true, item: true }],
  ['secrets.TOKEN & $$.secrets.OTHER', { secrets: ['TOKEN', 'OTHER'] }],
  ['nodes', { everyNode: true }],
  ['nodes.*', { everyNode: true }],
  ['nodes[0]', { everyNode: true }],
  ['$lookup(nodes, "a")', { everyNode: true }],
  ['$n := nodes', { everyNode: true }],
  ['nodes ~> $keys', { everyNode: true }],
  ['(true ? nodes : input).x', { everyNode: true, input: true }],
  ['$', ALL],
  ['**', ALL],
  ['$keys()', ALL],
  ['$lookup("nodes")', ALL],
  ['"nodes" ~> $lookup()', ALL],
  ['($f := $lookup; $f("nodes"))', ALL],
  ['nodes.a.%', { ...ALL, nodes: ['a'] }],
];

it.each(CASES)('reads from %s what it needs, and too much rather than too little', (source, reads) => {
  expect(analyseExpression(source)).toEqual({ ok: true, reads: { ...NO_READS, ...reads } });
});

it.each([
  'secrets',
  'secrets.*',
  '$lookup(secrets, "A")',
  '$s := secrets',
  '$eval("1")',
  '($clone := $string; 1)',
  '(((',
  '',
  '/(?=a)/',
])('refuses %s', (source) => {
  expect(analyseExpression(source)).toMatchObject({ ok: false, message: expect.any(String) });
});

it('refuses what would make the parser run out of stack or memory', () => {
  for (const source of ['('.repeat(9_000), '('.repeat(60) + 'a' + ' ?: b)'.repeat(60), 'x'.repeat(10_001)])
    expect(analyseExpression(source).ok).toBe(false);
});

it('permits many defaults side by side', () => {
  const fields = Array.from({ length: 40 }, (_, field) => `"f${field}": input.f${field} ?? "none"`);
  expect(analyseExpression(`{${fields.join(', ')}}`).ok).toBe(true);
});
