import { expect, it } from '@jest/globals';

import { relevanceOf } from './relevance.ts';

const profiles = {
  ada: 'Ada backend engineer: databases, queries and servers',
  ben: 'Ben designer: colours, layouts and screens',
};

it('the agent whose field it is fits best', () => {
  const { ada, ben } = relevanceOf('Which database query is slow on the server?', profiles);
  expect(ada).toBeGreaterThan(ben ?? 1);
  expect(ada).toBeLessThanOrEqual(1);
});

it('nobody fits what is about nothing that anybody does', () => {
  expect(relevanceOf('Zzz', profiles)).toEqual({ ada: 0, ben: 0 });
  expect(relevanceOf('', {})).toEqual({});
});
