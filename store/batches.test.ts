import { expect, it } from '@jest/globals';

import { createBatches } from './batches.ts';

function batches(fail: (items: readonly string[]) => unknown = () => undefined) {
  const worked: string[][] = [];
  const call = createBatches<string, string>({
    work: (items) => {
      worked.push([...items]);
      const error = fail(items);
      return error === undefined
        ? Promise.resolve(items.map((item) => item.toUpperCase()))
        : Promise.reject(error instanceof Error ? error : new TypeError('no error'));
    },
    most: { items: 3, size: 8 },
    sizeOf: (item) => item.length,
    isOfOne: (error) => error instanceof RangeError,
  });
  return { call, worked };
}

it('works on what is asked for at the same time at once, and gives each its own', async () => {
  const { call, worked } = batches();
  expect(await Promise.all(['a', 'b'].map(call))).toEqual(['A', 'B']);
  expect(await call('c')).toBe('C');
  expect(worked).toEqual([['a', 'b'], ['c']]);
});

it('takes no more into a batch than it may hold, in the order of their coming', async () => {
  const { call, worked } = batches();
  await Promise.all(['a', 'b', 'c', 'd', 'eeee', 'ffff'].map(call));
  expect(worked).toEqual([['a', 'b', 'c'], ['d', 'eeee'], ['ffff']]);
});

it('lets what is too large for any batch go by itself', async () => {
  const { call, worked } = batches();
  expect(await Promise.all(['a', 'too large for it', 'b'].map(call))).toEqual(['A', 'TOO LARGE FOR IT', 'B']);
  expect(worked).toEqual([['too large for it'], ['a', 'b']]);
});

it('fails only the one whose fault it is', async () => {
  const { call, worked } = batches((items) => (items.includes('bad') ? new RangeError('bad') : undefined));
  const settled = await Promise.allSettled(['a', 'bad', 'b'].map(call));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(worked).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
});

it('tells all of them of an error that is nobody’s fault, once, and goes on', async () => {
  const { call, worked } = batches((items) => (items.includes('a') ? new Error('away') : undefined));
  const settled = await Promise.allSettled(['a', 'b'].map(call));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await call('c')).toBe('C');
  expect(worked).toHaveLength(2);
});
