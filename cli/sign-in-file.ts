import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { Session } from '../contracts/user.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/** Who is signed in where; kept in a file that only this user may read. */
export const SignIn = z.object({
  url: z.url(),
  email: z.string(),
  ...Session.pick({ accessToken: true, refreshToken: true, expiresAt: true }).shape,
});
export type SignIn = z.infer<typeof SignIn>;

export const signInOf = (url: string, session: Session): SignIn => ({
  url,
  email: session.user.email,
  accessToken: session.accessToken,
  refreshToken: session.refreshToken,
  expiresAt: session.expiresAt,
});

/** Where `gathering login` keeps it. */
export function loginFile(environment: NodeJS.ProcessEnv = process.env): string {
  const folder = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? homedir(), '.config');
  return join(folder, 'gathering', 'session.json');
}

/** Where `npm start` leaves one for the command line on the same machine. */
export const localFile = (home: string): string => join(home, 'cli-session.json');

export const readSignIn = (file: string): Promise<SignIn | null> => readJsonFile(file, SignIn);

export async function writeSignIn(file: string, signIn: SignIn): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeJsonFile(file, signIn);
}

export const forgetSignIn = (file: string): Promise<void> => rm(file, { force: true });
