import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server } from 'socket.io';

/**
 * A bare socket.io server that tells everybody the same: `piece` milliseconds since 1970, so many times, so often. It begins once as many
 * clients have subscribed as it is told to wait for.
 */
const [viewers = 0, pieces = 0, everyMs = 0] = process.argv.slice(2).map(Number);
const server = createServer();
const io = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
let subscribed = 0;

function broadcast(): void {
  let content = '';
  const timer = setInterval(() => {
    if (content.length / 19 >= pieces) {
      clearInterval(timer);
      io.emit('message', { type: 'message', data: { turnId: '1', content } });
      return;
    }
    const text = `~${(performance.timeOrigin + performance.now()).toFixed(4)}`;
    io.emit('message', { type: 'turn.delta', data: { turnId: '1', offset: content.length, text } });
    content += text;
  }, everyMs);
}

io.on('connection', (socket) => {
  socket.on('subscribe', (_: unknown, acknowledge: (answer: object) => void) => {
    acknowledge({ ok: true });
    subscribed += 1;
    if (subscribed === viewers) broadcast();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${String((server.address() as AddressInfo).port)}\n`); // It listens on a port.
});
