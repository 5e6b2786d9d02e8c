import { expect, it } from '@jest/globals';

import { createJoinedReads } from './joined-reads.ts';

function readings() {
  const begun: PromiseWithResolvers<string>[] = [];
  const read = (): Promise<string> => {
    const reading = Promise.withResolvers<string>();
    begun.push(reading);
    return reading.promise;
  };
  return { begun, read, join: createJoinedReads<string>() };
}

it('gives those who come during a read the next one, which they share', async () => {
  const { begun, read, join } = readings();
  const [first, second, third] = [join('a', read), join('a', read), join('a', read)];
  expect(begun).toHaveLength(1);
  begun[0]?.resolve('old');
  expect(await first).toBe('old');
  await Promise.resolve();
  expect(begun).toHaveLength(2);
  const fourth = join('a', read);
  begun[1]?.resolve('new');
  expect(await Promise.all([second, third])).toEqual(['new', 'new']);
  await Promise.resolve();
  begun[2]?.resolve('newest');
  expect(await fourth).toBe('newest');
  expect(begun).toHaveLength(3);
});

it('keeps nothing once it has been read', async () => {
  const { begun, read, join } = readings();
  const first = join('a', read);
  begun[0]?.resolve('old');
  expect(await first).toBe('old');
  const second = join('a', read);
  begun[1]?.resolve('new');
  expect(await second).toBe('new');
});

it('tells a failure to those who shared it, and reads again for others', async () => {
  const { begun, read, join } = readings();
  const [first, second] = [join('a', read), join('a', read)];
  begun[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await Promise.resolve();
  begun[1]?.resolve('there');
  expect(await second).toBe('there');
});

it('reads different things at the same time', () => {
  const { begun, read, join } = readings();
  void join('a', read);
  void join('b', read);
  expect(begun).toHaveLength(2);
});
