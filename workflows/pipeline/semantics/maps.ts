import { call, type Case, choose, compute, CONTINUE, each, join, keep, ROUTE } from './small-pipelines.ts';

const twice = compute('twice', 'item * 2');
const fragile = compute('n', 'item > 1 ? item + "x" : item');

/** What maps give. */
export const MAPS: readonly Case[] = [
  {
    is: 'each item has its output, in order',
    nodes: [each('m', '[3, 1, 2]', [twice])],
    ends: 'm',
    output: { m: [{ twice: 6 }, { twice: 2 }, { twice: 4 }] },
  },
  { is: 'an empty list', nodes: [each('m', '[]', [twice])], ends: 'm', output: { m: [] } },
  { is: 'nothing is an empty list', nodes: [each('m', 'input.x', [twice])], ends: 'm', output: { m: [] } },
  {
    is: 'a scalar is a list of one',
    nodes: [each('m', '4', [twice])],
    ends: 'm',
    output: { m: [{ twice: 8 }] },
  },
  {
    is: 'an object is a list of one',
    nodes: [each('m', '{"n": 1}', [compute('a', 'item.n')])],
    ends: 'm',
    output: { m: [{ a: 1 }] },
  },
  {
    is: 'the index is seen',
    nodes: [each('m', '["a", "b"]', [compute('a', 'item & $string(index)')])],
    ends: 'm',
    output: { m: [{ a: 'a0' }, { a: 'b1' }] },
  },
  {
    is: 'a null item is an item',
    nodes: [each('m', '[1, null]', [compute('a', 'item = null')])],
    ends: 'm',
    output: { m: [{ a: false }, { a: true }] },
  },
  {
    is: 'the input is seen inside',
    nodes: [each('m', '[1]', [compute('a', 'input.n + item')])],
    input: { n: 10 },
    ends: 'm',
    output: { m: [{ a: 11 }] },
  },
  {
    is: 'nodes before the map are seen inside',
    nodes: [compute('k', '100'), each('m', '[1, 2]', [compute('a', 'nodes.k + item')])],
    edges: 'k>m',
    ends: 'k m',
    output: { m: [{ a: 101 }, { a: 102 }] },
  },
  {
    is: 'nodes inside hide those outside',
    nodes: [compute('a', '100'), each('m', '[1]', [compute('a', '1'), compute('b', 'nodes.a')], 'a>b')],
    edges: 'a>m',
    ends: 'a m',
    output: { m: [{ b: 1 }] },
  },
  {
    is: 'several ends of an item',
    nodes: [each('m', '[1]', [compute('a', 'item'), compute('b', 'item + 1')])],
    ends: 'm',
    output: { m: [{ a: 1, b: 2 }] },
  },
  {
    is: 'skipped ends of an item are absent',
    nodes: [
      each(
        'm',
        '[1, 2]',
        [choose('odd', 'item % 2 = 1'), compute('o', '"odd"'), compute('e', '"even"')],
        'odd:true>o odd:false>e',
      ),
    ],
    ends: 'm',
    output: { m: [{ o: 'odd' }, { e: 'even' }] },
  },
  {
    is: 'a merge inside',
    nodes: [each('m', '[1]', [compute('a', '1'), compute('b', '2'), join('j')], 'a>j b>j')],
    ends: 'm',
    output: { m: [{ j: { a: 1, b: 2 } }] },
  },
  {
    is: 'a filter inside sees its own item',
    nodes: [each('m', '[[1, 2], [3]]', [keep('f', 'item', 'item > 1')])],
    ends: 'm',
    output: { m: [{ f: [2] }, { f: [3] }] },
  },
  {
    is: 'a map in a map',
    nodes: [each('m', '[[1, 2], [3]]', [each('n', 'item', [twice])])],
    ends: 'm',
    output: { m: [{ n: [{ twice: 2 }, { twice: 4 }] }, { n: [{ twice: 6 }] }] },
  },
  {
    is: 'in a map in a map the inner item is seen, and what is before the inner map',
    nodes: [
      each(
        'm',
        '[10, 20]',
        [compute('k', 'item'), each('n', '[1, 2]', [compute('a', 'nodes.k + item')])],
        'k>n',
      ),
    ],
    ends: 'm',
    output: { m: [{ n: [{ a: 11 }, { a: 12 }] }, { n: [{ a: 21 }, { a: 22 }] }] },
  },
  {
    is: 'what is behind a map reads its list',
    nodes: [each('m', '[1, 2]', [twice]), compute('s', '$sum(nodes.m.twice)')],
    edges: 'm>s',
    ends: 'm s',
    output: { s: 6 },
    order: 'm.twice/0 m.twice/1 m s',
  },
  {
    is: 'one at a time keeps the order of the items in time too',
    nodes: [each('m', '[1, 2, 3]', [call('a', '/ok')], '', { concurrency: 1 })],
    ends: 'm',
    order: 'm.a/0 m.a/1 m.a/2 m',
  },
  {
    is: 'a failed item fails the map and the run',
    nodes: [each('m', '[1, 2]', [fragile]), compute('z', '1')],
    edges: 'm>z',
    ends: 'failed: m! z-',
    error: { nodeId: 'm', type: 'InvalidInput', message: /^Item 1: / },
  },
  {
    is: 'under continue for items a failed one is null',
    nodes: [each('m', '[1, 2, 1]', [fragile], '', { onItemError: 'continue' })],
    ends: 'm',
    output: { m: [{ n: 1 }, null, { n: 1 }] },
  },
  {
    is: 'all items may fail under continue',
    nodes: [each('m', '[2, 3]', [fragile], '', { onItemError: 'continue' })],
    ends: 'm',
    output: { m: [null, null] },
  },
  {
    is: 'a node inside that continues is no failed item',
    nodes: [each('m', '[2]', [compute('n', '1 + "x"', CONTINUE), compute('k', 'nodes.n = null')], 'n>k')],
    ends: 'm',
    output: { m: [{ k: true }] },
  },
  {
    is: 'a node inside may route',
    nodes: [each('m', '[2]', [compute('n', '1 + "x"', ROUTE), compute('k', 'nodes.n.type')], 'n:error>k')],
    ends: 'm',
    output: { m: [{ k: 'InvalidInput' }] },
  },
  {
    is: 'a map that fails may continue',
    nodes: [each('m', '[2]', [fragile], '', CONTINUE), compute('k', 'nodes.m = null')],
    edges: 'm>k',
    ends: 'm! k',
    output: { k: true },
  },
  {
    is: 'a map that fails may route',
    nodes: [each('m', '[2]', [fragile], '', ROUTE), compute('k', 'nodes.m.type')],
    edges: 'm:error>k',
    ends: 'm! k',
    output: { k: 'InvalidInput' },
  },
  {
    is: 'a list that cannot be computed fails the map',
    nodes: [each('m', '1 + "x"', [twice])],
    ends: 'failed: m!',
    error: { nodeId: 'm', type: 'InvalidInput' },
  },
  {
    is: 'calls of items each have their answer',
    nodes: [
      each(
        'm',
        '["a", "b"]',
        [call('c', '/echo', { body: '{{ item }}' }), compute('d', 'nodes.c.body')],
        'c>d',
      ),
    ],
    ends: 'm',
    output: { m: [{ d: 'a' }, { d: 'b' }] },
  },
  {
    is: 'a failed call of an item under continue',
    nodes: [
      each('m', '["/ok", "/404"]', [call('c', '{{ item }}'), compute('d', 'nodes.c.status')], 'c>d', {
        onItemError: 'continue',
      }),
    ],
    ends: 'm',
    output: { m: [{ d: 200 }, null] },
  },
  {
    is: 'a skipped map',
    nodes: [choose('a', 'false'), each('m', '[1]', [twice])],
    edges: 'a:true>m',
    ends: 'a m-',
    output: {},
  },
  {
    is: 'two maps side by side',
    nodes: [each('m', '[1]', [twice]), each('n', '[2]', [twice])],
    ends: 'm n',
    output: { m: [{ twice: 2 }], n: [{ twice: 4 }] },
  },
  {
    is: 'a list of lists that differ in shape',
    nodes: [each('m', 'input.l', [compute('t', '$type(item)')])],
    input: { l: [1, 'x', [2], { y: 3 }, true] },
    ends: 'm',
    output: { m: [{ t: 'number' }, { t: 'string' }, { t: 'array' }, { t: 'object' }, { t: 'boolean' }] },
  },
];
