import { expect, it } from '@jest/globals';

import { createAtMost } from './at-most.ts';

it('lets no more go on at once than it may, in the order of their coming, and goes on after a failure', async () => {
  const inTurn = createAtMost(2);
  const order: number[] = [];
  let underWay = 0;
  let most = 0;
  const work = (number: number) => async (): Promise<number> => {
    order.push(number);
    most = Math.max(most, (underWay += 1));
    await Promise.resolve();
    underWay -= 1;
    if (number === 1) throw new Error('one fails');
    return number;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((number) => inTurn(work(number))));
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect({ order, most }).toEqual({ order: [0, 1, 2, 3, 4], most: 2 });
});
