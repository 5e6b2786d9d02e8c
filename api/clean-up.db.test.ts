import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { Pool } from '../store/pool.ts';
import { sql } from '../store/pool.ts';
import { createStore, type Store } from '../store/store.ts';
import { withPool } from '../testing/shared-servers.ts';
import { startCleanUp } from './clean-up.ts';
import { createRunFolders } from './run-folders.ts';

const nothing = z.object({});
const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let store: Store;
  let home: string;
  withPool(kind, async (opened) => {
    pool = opened;
    store = createStore(pool);
    home = await mkdtemp(join(tmpdir(), 'gathering-clean-up-'));
  });
  afterAll(async () => {
    await rm(home, { recursive: true, force: true });
  });

  const insertRun = async (number: number, endedDaysAgo: number | null): Promise<string> => {
    const id = idOf(number);
    await pool.query(sql.type(nothing)`
      insert into pipeline.runs (id, pipeline_id, pipeline_name, pipeline_version, status, input, definition, workflow_input, ended_at)
      values (
        ${id}, ${idOf(0)}, 'old', 1, ${endedDaysAgo === null ? 'running' : 'completed'}, '{}', '{}', '{}',
        now() - make_interval(days => ${endedDaysAgo})
      )`);
    await pool.query(sql.type(nothing)`insert into event.channels (name) values (${`runs/${id}`})`);
    await pool.query(sql.type(nothing)`select event.publish(${`runs/${id}`}, 'key', 'run.queued', '{}')`);
    await pool.query(sql.type(nothing)`
      insert into pipeline.run_nodes (run_id, path, iteration, node_id, kind, status) values (${id}, 'a', '0', 'a', 'transform', 'completed')`);
    await pool.query(sql.type(nothing)`
      insert into public.idempotency_keys (principal, route, key, body_hash, status, resource_id, created_at)
      values ('me', 'route', ${id}, '', 202, ${id}, now() - interval '8 days')`);
    await mkdir(join(home, 'runs', id), { recursive: true });
    await writeFile(join(home, 'runs', id, 'file.txt'), 'text');
    return id;
  };
  const jobOf = (retentionDays: number) => {
    const quiet = () => undefined;
    const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
    return startCleanUp({
      ...{ cleanUp: store.cleanUp, retention: store.retention, runFolders: createRunFolders(home), logger },
      ...{ retentionDays, embedded: kind === 'pglite' },
    });
  };
  const clean = async (retentionDays: number): Promise<void> => {
    const job = jobOf(retentionDays);
    await job.runOnce();
    await job.stop();
  };
  const count = (table: readonly [string, string]): Promise<number> =>
    pool.oneFirst(
      sql.type(z.object({ count: z.number() }))`select count(*) from ${sql.identifier([...table])}`,
    );

  it('deletes runs that ended longer ago than they are kept, with everything of them, and no others', async () => {
    const old = [await insertRun(1, 91), await insertRun(2, 400)];
    const kept = [await insertRun(3, 89), await insertRun(4, null)];
    for (let number = 100; number < 160; number += 1) await insertRun(number, 100);
    await clean(0);
    expect(await count(['pipeline', 'runs'])).toBe(64);
    await clean(90);
    expect((await store.runs.listRuns({ limit: 200 })).items.map(({ id }) => id)).toEqual(
      [...kept].reverse(),
    );
    expect(await count(['pipeline', 'run_nodes'])).toBe(2);
    expect(await count(['event', 'events'])).toBe(2);
    expect(await count(['public', 'idempotency_keys'])).toBe(2);
    expect([...old, ...kept].map((id) => existsSync(join(home, 'runs', id)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('sweeps folders that belong to no run, once they are an hour old', async () => {
    const [left, young] = [join(home, 'runs', idOf(901)), join(home, 'runs', idOf(902))];
    await Promise.all([left, young].map((folder) => mkdir(folder, { recursive: true })));
    const before = new Date(Date.now() - 2 * 3_600_000);
    await utimes(left, before, before);
    await clean(90);
    expect([existsSync(left), existsSync(young)]).toEqual([false, true]);
  });

  it('keeps the keys of requests for seven days, and forgets sign-ins that are over', async () => {
    const user = idOf(77);
    await pool.query(sql.type(nothing)`
      insert into auth.users (id, email, name, role, password_hash) values (${user}, 'a@example.com', 'A', 'viewer', '')`);
    await pool.query(sql.type(nothing)`
      insert into auth.sessions (id, user_id, expires_at, revoked_at) values
        (${idOf(78)}, ${user}, now() + interval '1 day', null), (${idOf(79)}, ${user}, now() - interval '2 days', null),
        (${idOf(80)}, ${user}, now() + interval '1 day', now() - interval '2 days')`);
    await pool.query(sql.type(nothing)`
      insert into auth.sign_in_links (token_hash, user_id, expires_at) values ('old', ${user}, now() - interval '2 days')`);
    await pool.query(sql.type(nothing)`
      insert into public.idempotency_keys (principal, route, key, body_hash, status, resource_id, created_at) values
        ('me', 'other', 'young', '', 201, ${user}, now() - interval '6 days'), ('me', 'other', 'old', '', 201, ${user}, now() - interval '8 days')`);
    await clean(90);
    expect([await count(['auth', 'sessions']), await count(['auth', 'sign_in_links'])]).toEqual([1, 0]);
    const keys = await pool.anyFirst(sql.type(z.object({ key: z.string() }))`
      select key from public.idempotency_keys where route = 'other'`);
    expect(keys).toEqual(['young']);
  });
});
