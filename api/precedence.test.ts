import { expect, it } from '@jest/globals';

import { createPrecedence } from './precedence.ts';

it('lets what can wait go on when nothing is before it, also after a failure', async () => {
  const precedence = createPrecedence();
  await precedence.afterwards(60_000);
  const [one, two] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const works = [precedence.first(() => one.promise), precedence.first(() => two.promise)];
  let went = false;
  const waiting = precedence.afterwards(60_000).then(() => (went = true));
  one.resolve('one');
  expect(await works[0]).toBe('one');
  expect(went).toBe(false);
  two.reject(new Error('two'));
  await expect(works[1]).rejects.toThrow('two');
  expect(await waiting).toBe(true);
});

it('lets nothing wait for longer than it may', async () => {
  const precedence = createPrecedence();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const work = precedence.first(() => promise);
  await precedence.afterwards(1);
  resolve(undefined);
  await work;
});
