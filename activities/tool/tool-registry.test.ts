import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { OutboundRequest, OutboundResponse } from '../../platform/outbound/index.ts';
import { createToolRegistry } from './tool-registry.ts';

let folder = '';
let requests: OutboundRequest[] = [];
let respond: () => Promise<OutboundResponse>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-tools-'));
});
beforeEach(() => {
  requests = [];
  respond = () => Promise.resolve({ status: 200, headers: {}, body: 'ok', truncated: false });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const registry = createToolRegistry({
  clock: { now: () => new Date('2026-07-01T10:20:30Z') },
  outbound: {
    request: (request) => {
      requests.push(request);
      return respond();
    },
    close: () => Promise.resolve(),
  },
});
const caller = { kind: 'run', id: 'run' } as const;
const ALL = registry.list().map(({ name }) => name);
const call = (
  name: string,
  input: JsonObject,
  { allowed = ALL, signal = new AbortController().signal } = {},
) =>
  registry.call(name, input, {
    caller,
    runFolder: folder,
    idempotencyKey: 'run/node/0/call',
    signal,
    allowed,
  });

describe('the tools', () => {
  it('are told to models with a description and a closed schema each', () => {
    expect(ALL).toEqual(['current_time', 'calculator', 'http_request', 'read_file', 'write_file']);
    for (const tool of registry.list()) {
      expect(tool.description.length).toBeGreaterThan(20);
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
  });

  it.each<[string, JsonObject, string]>([
    ['current_time', {}, '2026-07-01T10:20:30+00:00 (UTC, Wednesday)'],
    ['current_time', { timeZone: 'Europe/Berlin' }, '2026-07-01T12:20:30+02:00 (Europe/Berlin, Wednesday)'],
    ['current_time', { timeZone: 'Asia/Kolkata' }, '2026-07-01T15:50:30+05:30 (Asia/Kolkata, Wednesday)'],
    ['calculator', { expression: '6 * 7' }, '42'],
    ['write_file', { path: 'a/b.md', content: 'text' }, 'Wrote 4 bytes to a/b.md'],
    ['read_file', { path: 'a/b.md' }, 'text'],
    ['read_file', { path: 'a/b.md', offset: 2 }, 'xt'],
  ])('%s %j answers %s', async (name, input, content) => {
    await expect(call(name, input)).resolves.toEqual({ content, isError: false });
  });

  it.each<[string, JsonObject, RegExp]>([
    ['calculator', {}, /do not fit: expression is missing\. They must fit/],
    ['calculator', { expression: 5 }, /expression must be string/],
    ['calculator', { expression: '1', more: true }, /more is not expected here/],
    ['calculator', { expression: '1/0' }, /not a finite number/],
    ['current_time', { timeZone: 'Mars/Olympus' }, /no time zone "Mars\/Olympus"/],
    ['read_file', { path: '../../etc/passwd' }, /leads out of the folder/],
    ['read_file', { path: 'none.md' }, /There is no file "none.md"/],
    ['write_file', { path: '/etc/passwd', content: '' }, /absolute/],
    ['http_request', { url: '' }, /must NOT have fewer than 1 characters/],
    ['http_request', { url: 'x', method: 'TRACE' }, /method must be one of "GET"/],
    ['rm_rf', {}, /You have no tool "rm_rf". Your tools: current_time/],
  ])('%s %j is an error that the model can act upon', async (name, input, message) => {
    await expect(call(name, input)).resolves.toEqual({
      content: expect.stringMatching(message),
      isError: true,
    });
  });

  it('that are not allowed never run', async () => {
    await expect(
      call('http_request', { url: 'https://example.org' }, { allowed: ['calculator'] }),
    ).resolves.toEqual({
      content: 'You have no tool "http_request". Your tools: calculator',
      isError: true,
    });
    expect(requests).toEqual([]);
  });

  it('come in pieces when a file is long', async () => {
    await call('write_file', { path: 'long.txt', content: 'x'.repeat(60_000) + 'yz' });
    const { content } = await call('read_file', { path: 'long.txt' });
    expect(content.slice(-60)).toMatch(/x\n\[2 more characters; go on with offset 60000\]$/);
    await expect(call('read_file', { path: 'long.txt', offset: 60_000 })).resolves.toMatchObject({
      content: 'yz',
    });
  });
});

describe('http_request', () => {
  const request = (input: JsonObject = {}) => call('http_request', { url: 'https://example.org/', ...input });

  it('sends what the model asks for under the key of the call', async () => {
    respond = () =>
      Promise.resolve({
        status: 201,
        headers: { 'content-type': 'application/json', 'set-cookie': 'secret' },
        body: { id: 7 },
        truncated: false,
      });
    const answer = await request({ method: 'POST', headers: { 'x-a': '1' }, body: { name: 'n' } });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://example.org/',
        headers: { 'x-a': '1' },
        body: { name: 'n' },
        idempotencyKey: 'run/node/0/call',
      },
    ]);
    expect(answer.isError).toBe(false);
    expect(JSON.parse(answer.content)).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json' },
      body: { id: 7 },
    });
  });

  it.each([404, 429, 500])('answers status %i as an error with its body', async (status) => {
    respond = () =>
      Promise.resolve({ status, headers: { 'retry-after': '7' }, body: 'sorry', truncated: false });
    const answer = await request();
    expect(answer.isError).toBe(true);
    expect(JSON.parse(answer.content)).toMatchObject({
      status,
      headers: { 'retry-after': '7' },
      body: 'sorry',
    });
  });

  it('says when a body is cut', async () => {
    respond = () => Promise.resolve({ status: 200, headers: {}, body: 'x'.repeat(50_000), truncated: false });
    const { content } = await request();
    expect(content.length).toBeLessThan(41_000);
    expect(content).toContain('this is its beginning');
  });

  it.each(['Unavailable', 'Forbidden', 'InvalidInput'] as const)(
    'hands a failure of type %s to the model',
    async (type) => {
      respond = () => Promise.reject(new GatheringFailure(type, 'could not be reached'));
      await expect(request()).resolves.toEqual({ content: 'could not be reached', isError: true });
    },
  );

  it('rejects with the reason when it is aborted, and with what is a bug', async () => {
    const controller = new AbortController();
    const reason = new Error('canceled');
    respond = () => {
      controller.abort(reason);
      return Promise.reject(new GatheringFailure('Unavailable', 'aborted'));
    };
    const aborted = call('http_request', { url: 'https://example.org/' }, { signal: controller.signal });
    await expect(aborted).rejects.toBe(reason);
    respond = () => Promise.reject(new TypeError('bug'));
    await expect(request()).rejects.toThrow(TypeError);
  });
});
