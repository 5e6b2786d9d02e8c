import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Server as SocketServer } from 'socket.io';

import type { Run } from '../contracts/run.ts';
import { localFile } from './sign-in-file.ts';

const ID = '0193a0a0-0000-7000-8000-000000000001';
const NOW = '2026-01-01T00:00:00.000Z';
const SOON = (): string => new Date(Date.now() + 600_000).toISOString();
const user = { id: ID, email: 'ada@example.com', name: 'Ada', role: 'admin', createdAt: NOW };

interface Answer {
  status?: number;
  body: unknown;
}
type Routes = Record<string, (body: unknown, request: IncomingMessage) => Answer>;

let folder: string;
let server: Server;
let sockets: SocketServer;
let url: string;
let routes: Routes;
let events: object[];
let tokens: (string | undefined)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-cli-'));
  routes = {};
  events = [];
  tokens = [];
  server = createServer((request, response) => void answer(request, response));
  sockets = new SocketServer(server, { transports: ['websocket'] });
  sockets.on('connection', (socket) => {
    socket.on('subscribe', (_: unknown, acknowledge: (answer: object) => void) => {
      acknowledge({ ok: true, sequence: events.length });
      for (const event of events) socket.emit('message', event);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // It listens at an address and port.
});
afterEach(async () => {
  await sockets.close();
  await rm(folder, { recursive: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await readAll(request);
  tokens.push(request.headers.authorization);
  const path = request.url?.split('?')[0] ?? '';
  const route = routes[`${request.method ?? ''} ${path.replace(/^\/api/, '')}`];
  const missing = {
    type: 'about:blank',
    title: 'Not found',
    status: 404,
    detail: `no ${path}`,
    requestId: '1',
    errors: [],
  };
  const { status = 200, body } = route?.(text === '' ? undefined : JSON.parse(text), request) ?? {
    status: 404,
    body: missing,
  };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Runs the command as a person does, signed in by what `npm start` left behind unless `signedIn` is false. */
async function gathering(
  args: string[],
  options: {
    signedIn?: boolean;
    input?: string | Uint8Array;
    env?: Record<string, string>;
    until?: RegExp;
  } = {},
) {
  if (options.signedIn !== false) {
    const signIn = { url, email: user.email, accessToken: 'local', refreshToken: 'r', expiresAt: SOON() };
    await writeFile(localFile(folder), JSON.stringify(signIn));
  }
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../bin/gathering.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, GATHERING_HOME: folder, NO_COLOR: '1', ...options.env },
  });
  child.stdin.end(options.input ?? '');
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    if (options.until?.test(err) === true) child.kill('SIGINT');
  });
  const [out] = await Promise.all([readAll(child.stdout), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

const run = (status: string, more: object = {}): Run & object => ({
  ...(JSON.parse(
    JSON.stringify({
      id: ID,
      pipelineId: ID,
      pipelineName: 'digest',
      pipelineVersion: 1,
      status,
      workflowId: `pipeline-run:${ID}`,
      trigger: 'api',
      tags: [],
      costUsd: 0,
      createdAt: NOW,
      startedAt: NOW,
      endedAt: NOW,
      input: {},
      nodes: [],
      ...more,
    }),
  ) as Run), // A made-up answer of the API.
});
const event = (sequence: number, type: string, more: object = {}): object => ({
  type,
  channel: `runs/${ID}`,
  sequence,
  data: { timestamp: NOW, ...more },
});

describe('run', () => {
  let started: { body: unknown; key: unknown } | undefined;
  beforeEach(() => {
    started = undefined;
    routes['POST /pipelines/digest/runs'] = (body, request) => {
      started = { body, key: request.headers['idempotency-key'] };
      return { status: 202, body: { id: ID, status: 'queued', workflowId: `pipeline-run:${ID}` } };
    };
  });

  it('sends a file as the input, shows each node and prints the report alone to the standard output', async () => {
    await writeFile(join(folder, 'paper.md'), '# Paper');
    events = [
      event(1, 'run.started'),
      event(2, 'node.completed', {
        path: 'write',
        nodeId: 'write',
        iteration: '0',
        kind: 'agent',
        port: 'default',
      }),
      event(3, 'run.completed'),
    ];
    routes[`GET /runs/${ID}`] = () => ({
      body: run('completed', { output: { write: { text: '# Report' } } }),
    });
    const { code, out, err } = await gathering(['run', 'digest', '--file', 'paper.md']);
    expect(started).toEqual({
      body: { input: { text: '# Paper', name: 'paper.md' } },
      key: expect.any(String),
    });
    expect(out).toBe('# Report\n');
    expect(err).toMatch(/✓ write[\s\S]*completed/);
    expect(code).toBe(0);
  });

  it('ends with code 1 and the reason when the run has failed', async () => {
    events = [
      event(1, 'run.failed', { error: { type: 'Unavailable', message: 'HTTP 503', nodeId: 'post' } }),
    ];
    const error = { type: 'Unavailable', message: 'HTTP 503', nodeId: 'post' };
    routes[`GET /runs/${ID}`] = () => ({ body: run('failed', { error }) });
    const { code, out, err } = await gathering(['run', 'digest']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('post: HTTP 503');
  });

  it('prints the run as one JSON document with --json', async () => {
    events = [event(1, 'run.completed')];
    routes[`GET /runs/${ID}`] = () => ({ body: run('completed', { output: { sum: 3 } }) });
    const { out } = await gathering(['run', 'digest', '--json']);
    expect(JSON.parse(out)).toMatchObject({ id: ID, status: 'completed', output: { sum: 3 } });
  });

  it('prints the id and goes with --no-wait', async () => {
    expect(await gathering(['run', 'digest', '--no-wait'])).toEqual({ code: 0, out: `${ID}\n`, err: '' });
  });

  it('says how to watch the run again after Ctrl-C', async () => {
    events = [event(1, 'run.started')];
    const { code, err } = await gathering(['run', 'digest'], { until: /run started/ });
    expect(err).toContain(`gathering tail ${ID}`);
    expect(code).toBe(130);
  });

  it('goes on after the last event when the connection breaks', async () => {
    const all = [event(1, 'run.started'), event(2, 'run.completed')];
    let subscriptions = 0;
    sockets.removeAllListeners('connection');
    sockets.on('connection', (socket) => {
      socket.on('subscribe', ({ after }: { after: number }, acknowledge: (answer: object) => void) => {
        acknowledge({ ok: true, sequence: all.length });
        subscriptions += 1;
        socket.emit('message', all[after]);
        if (subscriptions === 1) setImmediate(() => socket.conn.close());
      });
    });
    routes[`GET /runs/${ID}`] = () => ({ body: run('completed') });
    const { code, err } = await gathering(['run', 'digest']);
    expect(err).toMatch(/run started[\s\S]*connection lost[\s\S]*connected again[\s\S]*completed/);
    expect(code).toBe(0);
  });

  it('says why when the run may not be watched', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: 'Not yours.',
      requestId: '1',
      errors: [],
    };
    sockets.removeAllListeners('connection');
    sockets.on('connection', (socket) => {
      socket.on('subscribe', (_: unknown, acknowledge: (answer: object) => void) =>
        acknowledge({ ok: false, problem }),
      );
    });
    const refused = await gathering(['tail', ID]);
    expect({ code: refused.code, err: refused.err }).toEqual({ code: 1, err: 'Not yours.\n' });
    sockets.use((_, next) => next(Object.assign(new Error('refused'), { data: problem })));
    const shut = await gathering(['tail', ID]);
    expect({ code: shut.code, err: shut.err }).toEqual({ code: 1, err: 'Not yours.\n' });
  });

  it('shows every culprit of an input that is refused', async () => {
    routes['POST /pipelines/digest/runs'] = () => ({
      status: 422,
      body: {
        type: 'about:blank',
        title: 'The input is not valid',
        status: 422,
        detail: '',
        requestId: '1',
        errors: [
          { path: 'text', message: 'is required' },
          { path: 'name', message: 'must be text' },
        ],
      },
    });
    const { code, err } = await gathering(['run', 'digest']);
    expect(err).toBe('The input is not valid\n  text: is required\n  name: must be text\n');
    expect(code).toBe(1);
  });
});

describe('sign-in', () => {
  const session = (accessToken: string) => ({ accessToken, refreshToken: 'again', expiresAt: SOON(), user });

  it('keeps what a login gave in a file that only its owner can read, and uses it from then on', async () => {
    routes['POST /auth/login'] = (body) => {
      expect(body).toEqual({ email: user.email, password: 'secret words' });
      return { body: session('kept') };
    };
    routes['GET /runs'] = () => ({ body: { items: [], nextCursor: null } });
    const login = ['login', '--url', url, '--email', user.email, '--password-stdin'];
    const { code, err } = await gathering(login, { signedIn: false, input: 'secret words\n' });
    expect({ code, err }).toEqual({ code: 0, err: `Signed in at ${url} as ada@example.com (admin).\n` });
    expect((await stat(join(folder, '.config/gathering/session.json'))).mode & 0o777).toBe(0o600);
    await gathering(['runs'], { signedIn: false });
    expect(tokens.at(-1)).toBe('Bearer kept');
  });

  it('takes a one-time link as it was printed', async () => {
    routes['POST /auth/sign-in-link'] = (body) => ({ status: body ? 200 : 422, body: session('by link') });
    const { code } = await gathering(['login', '--link', `${url}/sign-in?token=abc`], { signedIn: false });
    expect(code).toBe(0);
  });

  it('renews a token that is about to expire', async () => {
    routes['POST /auth/refresh'] = () => ({ body: session('renewed') });
    routes['GET /runs'] = () => ({ body: { items: [], nextCursor: null } });
    const old = { url, email: user.email, accessToken: 'old', refreshToken: 'r', expiresAt: NOW };
    await writeFile(localFile(folder), JSON.stringify(old));
    await gathering(['runs'], { signedIn: false });
    expect(tokens.at(-1)).toBe('Bearer renewed');
    expect(JSON.parse(await readFile(localFile(folder), 'utf8'))).toMatchObject({ accessToken: 'renewed' });
  });

  it('says how to sign in when nobody is', async () => {
    const { code, err } = await gathering(['runs'], { signedIn: false });
    expect(err).toMatch(/npm start.*gathering login/);
    expect(code).toBe(1);
  });

  it('signs in where this machine serves, unless another address is named', async () => {
    routes['POST /auth/login'] = () => ({ body: session('local') });
    const login = ['login', '--email', user.email, '--password-stdin'];
    for (const env of [{ API_PORT: new URL(url).port }, { API_PORT: '1', GATHERING_URL: url }]) {
      const { code, err } = await gathering(login, { signedIn: false, input: 'secret words\n', env });
      expect({ code, err }).toEqual({ code: 0, err: `Signed in at ${url} as ada@example.com (admin).\n` });
    }
  });

  it('says that something else answers', async () => {
    routes['GET /runs'] = () => ({ body: { hello: 'world' } });
    const { code, err } = await gathering(['runs']);
    expect(code).toBe(1);
    expect(err).toContain(`What answers at ${url} is not GatheRing, or another version of it.`);
    expect(err).not.toContain('at Object.request');
  });

  it('says how to start when nothing answers', async () => {
    const gone = url;
    await sockets.close();
    const { code, err } = await gathering(['runs']);
    expect(err).toBe(
      `Nothing answers at ${gone}. Start GatheRing there with \`npm start\`, or name another address with --url.\n`,
    );
    expect(code).toBe(1);
  });
});

it.each([
  ['pause', 'paused', 'is paused'],
  ['resume', 'running', 'goes on'],
  ['cancel', 'running', 'is being canceled'],
  ['cancel', 'canceled', 'is canceled'],
])('%ss a run, which is %s then', async (verb, status, said) => {
  const id = '01890000-0000-7000-8000-000000000001';
  routes[`POST /runs/${id}/${verb}`] = () => ({
    status: 202,
    body: { id, status, workflowId: `pipeline-run:${id}` },
  });
  expect(await gathering([verb, id])).toMatchObject({ code: 0, err: `The run ${id} ${said}.\n` });
});

it('shows why a pipeline is not valid, and where', async () => {
  routes['POST /pipelines/validate'] = () => ({
    body: {
      valid: false,
      problems: [{ path: 'config.expression', message: 'is no JSONata', nodeId: 'sum' }],
    },
  });
  await writeFile(join(folder, 'digest.yaml'), 'name: digest\nnodes: []\n');
  const { code, out } = await gathering(['validate', 'digest.yaml']);
  expect({ code, out }).toEqual({
    code: 1,
    out: 'digest.yaml: node sum: config.expression: is no JSONata\n',
  });
});

it.each([
  [['nonsense']],
  [['run']],
  [['run', 'digest', '--file', 'nowhere']],
  [['run', 'digest', '-i', 'x']],
  [['validate', 'nowhere']],
  [['validate', '.']],
  [['runs', '--url', 'nonsense']],
  [['runs', '--url', 'ftp://127.0.0.1']],
  [['login', '--url', 'nonsense', '--email', 'a@example.com']],
])('ends with code 2 and says what is wrong: %j', async (args) => {
  const { code, err } = await gathering(args);
  expect(code).toBe(2);
  expect(err.trim()).not.toBe('');
  expect(err).not.toMatch(/^ {4}at /m);
});

it.each([
  ['binary', Uint8Array.of(0x89, 0, 1)],
  ['not UTF-8 text', Buffer.from('Grüße', 'latin1')],
])('refuses a standard input that is %s', async (what, input) => {
  const { code, err } = await gathering(['run', 'digest', '--file', '-'], { input });
  expect(code).toBe(2);
  expect(err).toContain(`The standard input is ${what}`);
});

it('says its version', async () => {
  expect(await gathering(['--version'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});

it.each([
  ...['circles', 'conversations'],
  ...['run', 'runs', 'pipelines', 'tail', 'cancel', 'pause', 'resume', 'validate', 'login', 'logout'],
  ...['fork', 'restart', 'tag', 'delete', 'export', 'import', 'publish', 'versions', 'diff', 'rollback'],
])('explains %s', async (command) => {
  const { code, out } = await gathering([command, '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`Usage: gathering ${command}`);
});
