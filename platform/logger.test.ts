import { PassThrough } from 'node:stream';

import { expect, it } from '@jest/globals';

import type { Logger } from './logger.ts';
import { createLogger, withLogContext } from './logger.ts';

function aLogger(): { logger: Logger; lines: () => Record<string, unknown>[] } {
  const stream = new PassThrough();
  const text: string[] = [];
  stream.on('data', (chunk: Buffer) => text.push(chunk.toString()));
  return {
    logger: createLogger({ part: 'api', level: 'info', stream }),
    // Our own lines, read back.
    lines: () =>
      text
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

it('writes one JSON object a line, with the ids of its context', async () => {
  const { logger, lines } = aLogger();
  await withLogContext({ requestId: 'r1' }, async () => {
    await Promise.resolve();
    withLogContext({ runId: 'run' }, () => logger.info('started', { pipeline: 'digest' }));
  });
  logger.debug('not at this level');
  logger.warn('outside');
  expect(lines()).toEqual([
    {
      level: 'info',
      message: 'started',
      timestamp: expect.any(String),
      part: 'api',
      requestId: 'r1',
      runId: 'run',
      pipeline: 'digest',
    },
    { level: 'warn', message: 'outside', timestamp: expect.any(String), part: 'api' },
  ]);
});

it('shows errors with their causes', () => {
  const { logger, lines } = aLogger();
  logger.error('failed', { error: new TypeError('outer', { cause: new Error('inner') }) });
  expect(lines()).toMatchObject([
    { error: { name: 'TypeError', message: 'outer', cause: { message: 'inner' } } },
  ]);
});

it('never writes what lets somebody in', () => {
  const { logger, lines } = aLogger();
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  logger.info(`sent Bearer abc.def-123 and ${jwt}`, {
    headers: { Authorization: 'Bearer x', 'x-api-key': 'k', cookie: 'c', accept: 'json' },
    deep: [{ password: 'p', refreshToken: 't' }],
    url: 'postgres://user:hunter2@host/db',
    error: new Error(`refused Bearer ${jwt}`),
  });
  const text = JSON.stringify(lines());
  for (const credential of ['abc.def', 'eyJ', '"x"', '"k"', '"c"', '"p"', '"t"', 'hunter2'])
    expect(text).not.toContain(credential);
  expect(lines()).toMatchObject([{ headers: { accept: 'json' }, url: 'postgres://user:***@host/db' }]);
});
