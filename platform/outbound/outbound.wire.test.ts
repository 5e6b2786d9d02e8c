import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { createOutbound, type Outbound } from './outbound.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let port = 0;
let calls: IncomingMessage[] = [];
let connections = 0;
let handler: Handler = (_request, response) => response.end('ok');
const opened: Outbound[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    calls.push(request);
    handler(request, response);
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((outbound) => outbound.close()));
  calls = [];
  connections = 0;
  handler = (_request, response) => response.end('ok');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const open = (allow = [`127.0.0.1:${port}`], addresses: string[][] = []): Outbound => {
  const outbound = createOutbound({
    allow,
    lookup: (hostname) => {
      const answer = addresses.shift();
      if (answer === undefined) return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${hostname}`));
      return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  });
  opened.push(outbound);
  return outbound;
};
const url = (path = '/', host = '127.0.0.1'): string => `http://${host}:${port}${path}`;

describe('what an outbound call sends and returns', () => {
  it('sends method, path, headers, JSON body and the idempotency key', async () => {
    handler = (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json', 'x-a': ['1', '2'] });
        response.end(JSON.stringify({ got: JSON.parse(body) as unknown }));
      });
    };
    const response = await open().request({
      method: 'post',
      url: url('/a?b=c'),
      headers: { 'X-Test': 'yes', 'Idempotency-Key': 'other' },
      body: { n: 1 },
      idempotencyKey: 'run/node/0',
    });
    expect(calls[0]?.url).toBe('/a?b=c');
    expect(calls[0]?.headers).toMatchObject({
      'x-test': 'yes',
      'content-type': 'application/json',
      'idempotency-key': 'run/node/0',
    });
    expect(response).toMatchObject({ status: 201, headers: { 'x-a': '1, 2' }, body: { got: { n: 1 } } });
  });

  it('returns every status as it is and follows no redirect', async () => {
    handler = (_request, response) => response.writeHead(302, { location: url('/secret') }).end();
    expect(await open().request({ method: 'GET', url: url() })).toMatchObject({ status: 302, body: '' });
    expect(calls).toHaveLength(1);
  });

  it('gives the text of an answer that is labelled JSON and is not', async () => {
    handler = (_request, response) => response.setHeader('content-type', 'application/json').end('{oops');
    expect((await open().request({ method: 'GET', url: url() })).body).toBe('{oops');
  });

  it('gives the text of JSON that is nested too deeply to be worked with', async () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    for (const [depth, type] of [
      [150, 'object'],
      [5_000, 'string'],
    ] as const) {
      handler = (_request, response) =>
        response.setHeader('content-type', 'application/json').end(nested(depth));
      expect(typeof (await open().request({ method: 'GET', url: url() })).body).toBe(type);
    }
  });

  it('cuts a long body at maxBytes, says so, and closes its connection', async () => {
    const closed = Promise.withResolvers<undefined>();
    handler = (_request, response) => {
      response.on('close', () => closed.resolve(undefined));
      const pump = (): void => {
        while (response.write('€'.repeat(10_000)));
        response.once('drain', pump);
      };
      pump();
    };
    const response = await open().request({ method: 'GET', url: url(), maxBytes: 1000 });
    expect(response).toMatchObject({ truncated: true, body: '€'.repeat(333) });
    await closed.promise;
  });

  it('keeps connections open between calls', async () => {
    const outbound = open();
    for (let call = 0; call < 20; call += 1) await outbound.request({ method: 'GET', url: url() });
    // Two: the first may not be free again in the tick in which its body ended.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it.each(['Host', 'transfer-encoding', 'Content-Length', 'connection'])(
    'refuses to set %s',
    async (name) => {
      await expect(
        open().request({ method: 'GET', url: url(), headers: { [name]: '1' } }),
      ).rejects.toMatchObject({
        type: 'InvalidInput',
      });
      expect(calls).toHaveLength(0);
    },
  );

  it.each([
    ['a bad method', { method: 'GET /x HTTP/1.1\r\nA: b' }],
    ['a header with a line break', { method: 'GET', headers: { a: 'b\r\nc: d' } }],
  ])('refuses %s', async (_name, part) => {
    await expect(open().request({ url: url(), ...part })).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});

describe('failures of an outbound call', () => {
  it('is Unavailable when nobody listens, when the name is unknown and when the connection is cut', async () => {
    handler = (request) => request.socket.destroy();
    await expect(
      open(['127.0.0.1:1']).request({ method: 'GET', url: 'http://127.0.0.1:1/' }),
    ).rejects.toMatchObject({
      type: 'Unavailable',
    });
    await expect(
      open([], []).request({ method: 'GET', url: 'http://nowhere.example/' }),
    ).rejects.toMatchObject({
      type: 'Unavailable',
    });
    await expect(open().request({ method: 'GET', url: url() })).rejects.toMatchObject({
      type: 'Unavailable',
    });
  });

  it.each(['before the headers', 'in the body'])('is Unavailable when the target hangs %s', async (where) => {
    handler = (_request, response) => {
      if (where === 'in the body') response.write('x');
    };
    await expect(open().request({ method: 'GET', url: url(), timeoutMs: 50 })).rejects.toMatchObject({
      type: 'Unavailable',
      message: 'No complete answer within 50 ms',
    });
  });

  it('throws the reason of the signal that aborted it', async () => {
    const controller = new AbortController();
    handler = () => controller.abort(new Error('stop'));
    await expect(open().request({ method: 'GET', url: url(), signal: controller.signal })).rejects.toThrow(
      'stop',
    );
  });
});

describe('the guard on the wire', () => {
  it('refuses a name that resolves to a private address, and connects to nothing', async () => {
    await expect(
      open([], [['127.0.0.1']]).request({ method: 'GET', url: url('/', 'a.example') }),
    ).rejects.toMatchObject({
      type: 'Forbidden',
    });
    expect(connections).toBe(0);
  });

  it('uses the addresses it checked and resolves once (rebinding)', async () => {
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const outbound = open([`127.0.0.1:${port}`], answers);
    expect((await outbound.request({ method: 'GET', url: url('/', 'a.example') })).status).toBe(200);
    expect(answers).toHaveLength(1);
  });

  it('checks again for each new connection', async () => {
    handler = (_request, response) => response.setHeader('connection', 'close').end('ok');
    const outbound = open([`127.0.0.1:${port}`], [['127.0.0.1'], ['10.0.0.1']]);
    await outbound.request({ method: 'GET', url: url('/', 'a.example') });
    await expect(outbound.request({ method: 'GET', url: url('/', 'a.example') })).rejects.toMatchObject({
      type: 'Forbidden',
    });
  });

  it('drops the private addresses of a mixed answer', async () => {
    const outbound = open([`127.0.0.1:${port}`], [['10.0.0.1', '::1', '127.0.0.1']]);
    expect((await outbound.request({ method: 'GET', url: url('/', 'a.example') })).status).toBe(200);
  });

  it('lets an allowed name reach what it resolves to', async () => {
    const outbound = open([`hook.internal:${port}`], [['127.0.0.1']]);
    expect((await outbound.request({ method: 'GET', url: url('/', 'hook.internal') })).status).toBe(200);
  });

  it('refuses localhost by what it resolves to', async () => {
    const outbound = createOutbound({ allow: [] });
    opened.push(outbound);
    await expect(outbound.request({ method: 'GET', url: url('/', 'localhost') })).rejects.toMatchObject({
      type: 'Forbidden',
    });
    expect(connections).toBe(0);
  });
});
