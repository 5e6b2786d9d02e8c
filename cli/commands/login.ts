import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';

import type { Command } from 'commander';
import { z } from 'zod';

import { Session } from '../../contracts/user.ts';
import { loadConfig } from '../../platform/config.ts';
import { parseAddress } from '../address.ts';
import type { ApiRequest } from '../api-client.ts';
import { createApiClient } from '../api-client.ts';
import { EXIT } from '../exit.ts';
import { forgetSignIn, loginFile, readSignIn, signInOf, writeSignIn } from '../sign-in-file.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface LoginOptions {
  url?: string;
  email?: string;
  passwordStdin: boolean;
  link?: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
/** Where `npm start` on this machine serves, with the same settings. */
const localUrl = (): string => `http://127.0.0.1:${loadConfig(process.env, ROOT).API_PORT}`;

export function addLoginCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('login')
    .description('Sign in. Not needed on the machine where `npm start` runs')
    .option('-e, --email <email>')
    .option('--password-stdin', 'read the password from the standard input', false)
    .option('-l, --link <link>', 'a one-time sign-in link instead of email and password')
    .action(async (_: unknown, command: Command) => {
      await login(command.optsWithGlobals<LoginOptions>(), terminal);
      done(EXIT.completed);
    });
  program
    .command('logout')
    .description('Sign out')
    .action(async () => {
      const file = loginFile();
      const signIn = await readSignIn(file);
      if (signIn !== null) {
        const client = createApiClient({ url: signIn.url, token: () => Promise.resolve(signIn.accessToken) });
        await client
          .request({ method: 'POST', path: '/auth/logout', schema: z.unknown() })
          .catch((error: unknown) => {
            terminal.progress(
              `The API could not be told: ${error instanceof Error ? error.message : String(error)}`,
            );
          });
      }
      await forgetSignIn(file);
      terminal.progress(signIn === null ? 'You were not signed in.' : `Signed out of ${signIn.url}.`);
      done(EXIT.completed);
    });
}

async function login(options: LoginOptions, terminal: Terminal): Promise<void> {
  const link = options.link === undefined ? null : parseLink(options.link);
  const given = options.url ?? link?.url ?? process.env['GATHERING_URL'];
  const url = parseAddress(given ? given : localUrl()).origin;
  const request: Pick<ApiRequest<unknown>, 'path' | 'body'> = link === null
    ? { path: '/auth/login', body: await askCredentials(options) }
    : { path: '/auth/sign-in-link', body: { token: link.token } };
  const session = await createApiClient({ url }).request({ method: 'POST', schema: Session, ...request });
  await writeSignIn(loginFile(), signInOf(url, session));
  terminal.progress(`Signed in at ${url} as ${session.user.email} (${session.user.role}).`);
}

function parseLink(link: string): { url: string | undefined; token: string } {
  if (!URL.canParse(link)) return { url: undefined, token: link };
  const { origin, searchParams } = new URL(link);
  const token = searchParams.get('token');
  if (token === null)
    throw new UsageError('--link has no token in it. Take the whole link that `npm start` printed.');
  return { url: origin, token };
}

async function askCredentials(options: LoginOptions): Promise<{ email: string; password: string }> {
  if (options.passwordStdin) {
    if (options.email === undefined) throw new UsageError('--password-stdin needs --email.');
    return { email: options.email, password: (await readAll(process.stdin)).replace(/\r?\n$/, '') };
  }
  if (!process.stdin.isTTY)
    throw new UsageError('Nobody can be asked here: use --email with --password-stdin, or --link.');
  const email = options.email ?? (await ask('Email: ', true));
  return { email, password: await ask('Password: ', false) };
}

async function ask(question: string, echo: boolean): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, callback) => callback() });
  const prompt = createInterface({
    input: process.stdin,
    output: echo ? process.stderr : nowhere,
    terminal: true,
  });
  try {
    return await prompt.question(echo ? question : '');
  } finally {
    prompt.close();
    if (!echo) process.stderr.write('\n');
  }
}
