import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';

import type { GuardedProcess } from './guarded-process.ts';
import { spawnGuarded } from './guarded-process.ts';
import { freePort } from './ports.ts';
import { followOutput } from './process-output.ts';

let folder: string;
let port: number;
let hosts: GuardedProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-host-'));
  port = await freePort();
  hosts = [];
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.kill9()));
  await rm(folder, { recursive: true });
});

async function host(stuckAfterMs = 15_000) {
  const started = await spawnGuarded({
    command: process.execPath,
    args: [
      resolve(import.meta.dirname, 'database-host.ts'),
      join(folder, 'database'),
      String(port),
      String(stuckAfterMs),
    ],
  });
  hosts.push(started);
  const output = followOutput(started, () => undefined);
  return { ...started, ready: output.printed((line) => line === 'ready'), said: () => output.last() };
}

async function client(): Promise<pg.Client> {
  const connected = new pg.Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
  connected.on('error', () => undefined); // The query that was under way reports it.
  await connected.connect();
  return connected;
}

it('keeps what it acknowledged when it is killed, and has pgvector', async () => {
  const first = await host();
  await first.ready;
  const before = await client();
  await before.query('create extension vector; create table kept (v vector(2))');
  await before.query(`insert into kept values ('[1,2]')`);
  await first.kill9();
  await (
    await host()
  ).ready;
  const after = await client();
  expect((await after.query('select v::text from kept')).rows).toEqual([{ v: '[1,2]' }]);
  await after.end();
});

it('lets one process at a time have the files; the next one waits for it', async () => {
  const first = await host();
  await first.ready;
  const second = await host();
  await first.stop();
  await second.ready;
  expect(await first.exited).toEqual({ code: 0, signal: null });
});

it('ends when a client leaves a transaction open while others wait, which rolls it back', async () => {
  const stuck = await host(300);
  await stuck.ready;
  const [forgetful, waiting] = [await client(), await client()];
  await forgetful.query('create table fruits (name text)');
  await forgetful.query('begin');
  await forgetful.query('insert into fruits values ($$pear$$)');
  await expect(waiting.query('select 1')).rejects.toThrow();
  expect(await stuck.exited).toEqual({ code: 1, signal: null });
  expect(stuck.said()).toContain('left a transaction open');
  await (
    await host()
  ).ready;
  const after = await client();
  expect((await after.query('select name from fruits')).rows).toEqual([]);
  await after.end();
});

it('waits for a query that takes long', async () => {
  const busy = await host(300);
  await busy.ready;
  const [slow, waiting] = [await client(), await client()];
  const answers = Promise.all([slow.query('select pg_sleep(3)'), waiting.query('select 1 as one')]);
  expect((await answers)[1].rows).toEqual([{ one: 1 }]);
  await Promise.all([slow.end(), waiting.end()]);
});

it('keeps statements of several clients apart, also where one does not fit into one packet', async () => {
  const shared = await host();
  await shared.ready;
  const [long, short] = [await client(), await client()];
  const text = 'x'.repeat(300_000);
  const lengths: unknown[] = [];
  const sums: unknown[] = [];
  const ask = async (times: number, once: () => Promise<void>): Promise<void> => {
    for (let left = times; left > 0; left -= 1) await once();
  };
  await Promise.all([
    ask(20, async () => {
      lengths.push((await long.query('select length($1::text) as length', [text])).rows[0]);
    }),
    ask(60, async () => {
      sums.push((await short.query('select $1::int + $2::int as sum', [1, 2])).rows[0]);
    }),
  ]);
  expect(lengths).toEqual(Array.from({ length: 20 }, () => ({ length: 300_000 })));
  expect(sums).toEqual(Array.from({ length: 60 }, () => ({ sum: 3 })));
  await Promise.all([long.end(), short.end()]);
});

it('goes on when a client breaks off in the middle of a statement', async () => {
  const shared = await host();
  await shared.ready;
  const [broken, other] = [await client(), await client()];
  const { stream } = broken.connection;
  const parse = (text: string): Buffer => {
    const body = Buffer.from(`\0${text}\0\0\0`);
    const head = Buffer.from('P....');
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  await new Promise((written) => stream.write(parse('select no_such_column'), written));
  const answer = other.query('select 1 as one');
  stream.destroy();
  expect((await answer).rows).toEqual([{ one: 1 }]);
  await other.end();
});
