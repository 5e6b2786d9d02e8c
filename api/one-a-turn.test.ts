import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import { expect, it } from '@jest/globals';

import { oneATurn } from './one-a-turn.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function arrivals() {
  const begun: string[] = [];
  const listener = oneATurn((request) => void begun.push(request.url ?? ''));
  const arrive = (url: string): ServerResponse => {
    const request = Object.assign(new IncomingMessage(new Socket()), { url });
    const response = new ServerResponse(request);
    listener(request, response);
    return response;
  };
  return { begun, arrive };
}

it('begins one of many requests a turn, in their order, and the next one at once when all are begun', async () => {
  const { begun, arrive } = arrivals();
  for (const url of ['/a', '/b', '/c']) arrive(url);
  expect(begun).toEqual(['/a']);
  await nextTurn();
  expect(begun).toEqual(['/a', '/b']);
  await nextTurn();
  expect(begun).toEqual(['/a', '/b', '/c']);
  await nextTurn();
  arrive('/d');
  expect(begun).toEqual(['/a', '/b', '/c', '/d']);
});

it('lets the question whether the process is alive wait for nobody', () => {
  const { begun, arrive } = arrivals();
  for (const url of ['/a', '/b', '/health', '/health/ready', '/health?x=1']) arrive(url);
  expect(begun).toEqual(['/a', '/health', '/health?x=1']);
});

it('does not begin what nobody waits for any more', async () => {
  const { begun, arrive } = arrivals();
  arrive('/a');
  arrive('/gone').destroy();
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual(['/a']);
});
