import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';

import type { Json } from '../contracts/json.ts';

export interface TargetCall {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface TargetAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: Json;
}

/** A server that pipelines call: it notes every call and answers as it is told. */
export interface HttpTarget {
  readonly url: string;
  /** `host:port`, for `OUTBOUND_ALLOW`. */
  readonly host: string;
  readonly calls: TargetCall[];
  /** Decides the answers from now on; a promise that stays open is a target that hangs. */
  answer: (call: TargetCall) => TargetAnswer | Promise<TargetAnswer>;
  close(): Promise<void>;
}

/** @param port a fixed one, for runs that were started before */
export async function startHttpTarget(port = 0): Promise<HttpTarget> {
  const calls: TargetCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const call = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      Promise.resolve(target.answer(call)).then(
        ({ status = 200, headers: more = {}, body = null }) => {
          response
            .writeHead(status, { 'content-type': 'application/json', ...more })
            .end(JSON.stringify(body));
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const target: HttpTarget = {
    ...{ host, calls, url: `http://${host}` },
    answer: () => ({}),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return target;
}
