import { randomBytes } from 'node:crypto';

import type { Config } from '../../platform/config.ts';
import { hashPassword } from '../../platform/password.ts';
import type { Pool } from '../../store/pool.ts';
import { createSignInLinks } from '../../store/sign-in-links.ts';
import { createUsers } from '../../store/users.ts';

const FALLBACK_EMAIL = 'admin@localhost';

export interface Administrator {
  id: string;
  email: string;
  /** The one that was just made up; null when it was given, or was told at an earlier start. */
  newPassword: string | null;
}

/**
 * Makes the first administrator where nobody can sign in yet, from `GATHERING_ADMIN_EMAIL` and `GATHERING_ADMIN_PASSWORD` or made up.
 * @returns null when there are users but the configured administrator is not an administrator among them
 */
export async function ensureAdministrator(pool: Pool, config: Config): Promise<Administrator | null> {
  const users = createUsers(pool);
  const email = (config.GATHERING_ADMIN_EMAIL ?? FALLBACK_EMAIL).toLowerCase();
  if (await users.hasUsers()) {
    const user = await users.findUserByEmail(email);
    return user?.role === 'admin' ? { id: user.id, email, newPassword: null } : null;
  }
  const newPassword =
    config.GATHERING_ADMIN_PASSWORD === undefined ? randomBytes(15).toString('base64url') : null;
  const passwordHash = await hashPassword(config.GATHERING_ADMIN_PASSWORD ?? newPassword ?? '');
  const user = await users.insertUser({ email, name: 'Administrator', role: 'admin', passwordHash });
  return { id: user.id, email, newPassword };
}

/** One-time tokens for the administrator: one is printed as a link, one signs the command line in. */
export function issueSignInTokens(
  pool: Pool,
  administrator: Administrator,
): Promise<{ link: string; cli: string }> {
  const links = createSignInLinks(pool);
  return (async () => ({
    link: await links.issueSignInLink(administrator.id),
    cli: await links.issueSignInLink(administrator.id),
  }))();
}
