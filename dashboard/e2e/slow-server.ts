import { once } from 'node:events';
import { createServer } from 'node:http';

/** Answers only when the test lets it: what a pipeline waits for. */
export async function startSlowServer(): Promise<{
  host: string;
  url: string;
  letGo: () => void;
  close: () => Promise<void>;
}> {
  const gate = Promise.withResolvers<undefined>();
  const server = createServer((_request, response) => {
    void gate.promise.then(() => response.setHeader('content-type', 'application/json').end('{"slow":true}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const host = `127.0.0.1:${address.port}`;
  const letGo = () => gate.resolve(undefined);
  return {
    host,
    url: `http://${host}/`,
    letGo,
    close: async () => {
      letGo();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
