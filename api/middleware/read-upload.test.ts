import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import express from 'express';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { answerProblems } from './answer-problem.ts';
import { readUpload } from './read-upload.ts';
import { nameRequest } from './request-id.ts';

const MOST = 1_000;
let server: Server;
let silenceMs = 60_000;
let room = Infinity;
const complaints: string[] = [];

beforeEach(() => {
  silenceMs = 60_000;
  room = Infinity;
  complaints.length = 0;
});
beforeAll(async () => {
  const app = express();
  app.use(nameRequest);
  app.post('/', async (request, response) => {
    const take = (bytes: number) =>
      (room -= bytes) < 0 ? new GatheringFailure('LimitExceeded', 'No room.') : undefined;
    const options = { fields: z.object({}), json: [], maxBytes: MOST, take, silenceMs };
    const { file } = await readUpload(request, options);
    response.json({ ...file, bytes: file.bytes.toString() });
  });
  const complain = (message: string): void => void complaints.push(message);
  app.use(answerProblems({ error: complain, warn: complain, info: () => undefined, debug: () => undefined }));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const form = (content: string): string =>
  `--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${content}`;
const chunk = (content: string): string => `${content.length.toString(16)}\r\n${content}\r\n`;

/** Sends a form as it is; `end` of a chunked body is the sender's. @returns all that was answered until the server has closed */
function send(chunks: string, headers = ''): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1'); // It listens on a port.
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\n${headers}content-type: multipart/form-data; boundary=x\r\n` +
      `transfer-encoding: chunked\r\n\r\n${chunks}`,
  );
  return text(socket);
}
const ONCE = 'connection: close\r\n';
const statusOf = (answer: string): number => Number(answer.split(' ')[1]);

it('gives a file that came in pieces as it was', async () => {
  const pieces = ['ab', 'cd', 'ef'].map(chunk).join('');
  const answer = await send(`${chunk(form(''))}${pieces}${chunk('\r\n--x--\r\n')}0\r\n\r\n`, ONCE);
  expect(statusOf(answer)).toBe(200);
  expect(answer).toContain('{"name":"a.txt","mediaType":"text/plain","bytes":"abcdef"}');
});

it.each([
  ['in its file', form('ab')],
  ['at the end of its file', form('ab\r\n--x')],
  ['in its head', '--x\r\ncontent-disposition: form-data; na'],
])('refuses a form that is cut off %s', async (_, body) => {
  const answer = await send(`${chunk(body)}0\r\n\r\n`, ONCE);
  expect(statusOf(answer)).toBe(400);
  expect(answer).toContain('The form was cut off');
  expect(complaints).toEqual([]);
});

it('ends an upload that has fallen silent, and its connection', async () => {
  silenceMs = 50;
  const answer = await send(chunk(form('ab')));
  expect(statusOf(answer)).toBe(408);
  expect(answer.toLowerCase()).toContain('connection: close');
  expect(complaints).toEqual([]);
});

it('reads no more of what there is no room for, and counts small pieces as what they cost', async () => {
  room = 10_000;
  const pieces = Array.from({ length: 100 }, () => chunk('a')).join('');
  const answer = await send(`${chunk(form(''))}${pieces}${chunk('\r\n--x--\r\n')}0\r\n\r\n`, ONCE);
  expect(statusOf(answer)).toBe(429);
});
