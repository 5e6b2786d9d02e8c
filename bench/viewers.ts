import { parentPort, workerData } from 'node:worker_threads';

import { io, type Socket } from 'socket.io-client';

/**
 * A thread of its own, so that what is measured is the server and not the benchmark beside it: many clients that follow one conversation.
 * It says `ready` once all of them do, and hands out what they have got when the turn has ended for each.
 */
export interface Viewing {
  /** In milliseconds, of every piece of text at every viewer. */
  delays: Float32Array;
  /** How many viewers hold the text that the message says. */
  complete: number;
}

interface Message {
  type: string;
  data: { offset?: number; text?: string; content?: string; turnId?: string };
}

const { url, token, channel, viewers, pieceLength } = workerData as {
  url: string;
  token: string;
  channel: string;
  viewers: number;
  pieceLength: number;
}; // Given by the case that starts it.
const AT_ONCE = 25;
const delays: number[] = [];
let complete = 0;
let ended = 0;
const sockets: Socket[] = [];

/** Each piece is the instant at which it was sent, on a clock that all processes of this machine share. */
const now = (): number => performance.timeOrigin + performance.now();

function follow(socket: Socket): void {
  const parts: string[] = [];
  let length = 0;
  socket.on('message', ({ type, data }: Message) => {
    if (type === 'turn.delta') {
      const { offset, text = '' } = data;
      if (offset !== length) throw new Error(`a piece at ${String(offset)} after ${String(length)}`);
      parts.push(text);
      length += text.length;
      const time = now();
      for (let at = 0; at < text.length; at += pieceLength)
        delays.push(time - Number(text.slice(at + 1, at + pieceLength)));
    } else if (type === 'message' && data.turnId !== undefined) {
      if (length > 0 && parts.join('') === data.content) complete += 1;
      ended += 1;
      if (ended === viewers) tell();
    }
  });
}

function tell(): void {
  const viewing: Viewing = { delays: Float32Array.from(delays), complete };
  parentPort?.postMessage(viewing, [viewing.delays.buffer as ArrayBuffer]); // Of an array that was just made.
  for (const socket of sockets) socket.close();
}

async function join(): Promise<void> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  follow(socket);
  const answer = (await socket.emitWithAck('subscribe', { channel })) as { ok: boolean };
  if (!answer.ok) throw new Error(JSON.stringify(answer));
}

for (let joined = 0; joined < viewers; joined += AT_ONCE)
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, viewers - joined) }, join));
parentPort?.postMessage('ready');
