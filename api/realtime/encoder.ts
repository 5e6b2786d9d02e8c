import { Encoder, PacketType } from 'socket.io-parser';

import type { Message } from './subscription.ts';

export type Encode = (message: Message) => string;

/** Makes of a message what socket.io sends for it, once, however many sockets it goes to. */
export function createEncoder(): Encode {
  const encoder = new Encoder();
  const made = new WeakMap<Message, string>();
  return (message) => {
    const known = made.get(message);
    if (known !== undefined) return known;
    const packet = { type: PacketType.EVENT, nsp: '/', data: ['message', message] };
    const text: unknown = encoder.encode(packet)[0];
    if (typeof text !== 'string') throw new TypeError('a message without binary parts is one text');
    made.set(message, text);
    return text;
  };
}
