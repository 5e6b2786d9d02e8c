import { expect, it } from '@jest/globals';

import type { StreamMessage } from '../../contracts/event.ts';
import { createEncoder } from './encoder.ts';
import { createOutlet } from './outlet.ts';

/** A client that takes something when the test says so. */
function aClient() {
  const sent: string[] = [];
  const taken: (() => void)[] = [];
  let closed: (() => void) | undefined;
  const connection = {
    readyState: 'open',
    write: (text: string, _: object, onSent: () => void) => {
      sent.push(text);
      taken.push(onSent);
    },
    once: (_: 'close', listener: () => void) => (closed = listener),
    close: () => undefined,
  };
  const slowSockets = { inc: () => undefined };
  const outlet = createOutlet(connection, {
    encode: createEncoder(),
    telemetry: { slowSockets } as never, // Nothing else of a counter is used.
  });
  const take = (count: number): void => taken.splice(0, count).forEach((onSent) => onSent());
  const leave = (): void => {
    connection.readyState = 'closed';
    closed?.();
  };
  return { sent, outlet, take, leave };
}
const aText = (length: number): StreamMessage => ({
  type: 'turn.delta',
  channel: 'conversations/1',
  data: { turnId: '1/1', step: 0, agentId: 'a', attempt: 1, offset: 0, text: 'x'.repeat(length) },
});

it('writes to a client that keeps up without waiting', () => {
  const { sent, outlet } = aClient();
  expect(outlet.deliver([aText(10), aText(10)])).toBeUndefined();
  expect(sent).toHaveLength(2);
});

it('writes no more than a bounded amount to a client that takes nothing, and goes on in order when it does', async () => {
  const { sent, outlet, take } = aClient();
  const messages = Array.from({ length: 6 }, () => aText(40_000));
  const delivered = outlet.deliver(messages);
  expect(sent).toHaveLength(2);
  for (let round = 0; round < 6; round += 1) {
    take(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await delivered;
  expect(sent).toHaveLength(6);
});

it('keeps nobody waiting for a client that has gone', async () => {
  const { outlet, leave } = aClient();
  const delivered = outlet.deliver([aText(100_000)]);
  leave();
  await expect(delivered).resolves.toBeUndefined();
});

it('sends what socket.io sends', () => {
  const { sent, outlet } = aClient();
  const message = aText(1);
  void outlet.deliver([message]);
  expect(sent).toEqual([`2${JSON.stringify(['message', message])}`]);
});
