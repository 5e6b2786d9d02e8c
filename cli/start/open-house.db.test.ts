import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { loadConfig } from '../../platform/config.ts';
import { verifyPassword } from '../../platform/password.ts';
import type { Pool } from '../../store/pool.ts';
import { openPool } from '../../store/pool.ts';
import { createUsers } from '../../store/users.ts';
import { withDatabase } from '../../testing/shared-servers.ts';
import { createHouse } from './open-house.ts';

const database = withDatabase();
let pool: Pool;
beforeAll(async () => {
  pool = await openPool({ databaseUrl: database.url, embedded: database.embedded, min: 0, max: 2 });
});
afterAll(() => pool.end());

const houseOf = (environment: Record<string, string>) =>
  createHouse({
    config: { ...loadConfig(environment, '/'), DATABASE_EMBEDDED: database.embedded },
    addresses: { api: 'http://127.0.0.1:1', database: { url: database.url }, temporal: { address: '' } },
    home: '/nowhere',
    log: { line: () => undefined, note: () => undefined },
  });

it('lets the configured administrator in from the moment that the API is ready, one with a new password once it was told', async () => {
  const users = createUsers(pool);
  const newcomer = houseOf({});
  await newcomer.furnish();
  await newcomer.close();
  expect(await users.hasUsers()).toBe(false);

  const configured = houseOf({
    GATHERING_ADMIN_EMAIL: 'Ada@example.com',
    GATHERING_ADMIN_PASSWORD: 'correct horse battery',
  });
  await configured.furnish();
  await configured.close();
  const user = await users.findUserByEmail('ada@example.com');
  expect(user?.role).toBe('admin');
  expect(await verifyPassword('correct horse battery', user?.passwordHash)).toBe(true);
});
