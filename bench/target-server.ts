import { createServer } from 'node:http';

export interface TargetServer {
  url: string;
  address: string;
  /** How often it was called. */
  calls(): number;
  close(): void;
}

/** What `call_api` calls in benchmarks: answers at once with a small JSON object. */
export function startTarget(): Promise<TargetServer> {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      calls += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    });
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      const address = `127.0.0.1:${String(typeof bound === 'object' && bound !== null ? bound.port : 0)}`;
      resolve({
        url: `http://${address}/`,
        address,
        calls: () => calls,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
