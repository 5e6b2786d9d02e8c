import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { isJsonObject, type Json, type JsonObject } from '../../../contracts/json.ts';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: JsonObject;
  /** Settles when the client closes the connection before the answer has ended, or when it has ended. */
  closed: Promise<'aborted' | 'ended'>;
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

/** A local server that speaks a provider's wire format: a test says with what each call is answered. For tests only. */
export interface ProviderServer {
  url: string;
  requests: ReceivedRequest[];
  /** The answers of the coming calls, in order; the last one is given to all that follow. */
  answerWith(...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function startProviderServer(): Promise<ProviderServer> {
  let answers: Answer[] = [];
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const parsed = JSON.parse(text === '' ? '{}' : text) as Json; // what JSON.parse returns is JSON
      const received: ReceivedRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: isJsonObject(parsed) ? parsed : {},
        closed: new Promise((resolve) => {
          response.on('close', () => resolve(response.writableFinished ? 'ended' : 'aborted'));
        }),
      };
      requests.push(received);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) throw new Error(`No answer is set for ${received.path}`);
      answer(response, received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a server that listens on a port has one
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerWith: (...next) => {
      answers = next;
      requests.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Server-sent events as they stand on the wire; the connection ends after the last. */
export const stream =
  (events: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of events) response.write(event);
    response.end();
  };

/** Events, and then silence: the connection stays open. */
export const stall =
  (events: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    for (const event of events) response.write(event);
  };

/** Events, and then the connection breaks in the middle of the body. */
export const cut =
  (events: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(events.join(''), () => response.destroy());
  };

export const silence: Answer = () => undefined;

export const status =
  (code: number, body: Json, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
