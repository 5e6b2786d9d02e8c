import { resolve } from 'node:path';

import { Session } from '../contracts/user.ts';
import { loadConfig } from '../platform/config.ts';
import { parseAddress } from './address.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, createApiClient } from './api-client.ts';
import type { SignIn } from './sign-in-file.ts';
import { localFile, loginFile, readSignIn, signInOf, writeSignIn } from './sign-in-file.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** An access token that lives shorter than this is not begun with. */
const SPARE_MS = 30_000;

/** Nobody is signed in at the API; the message says how to sign in. */
export class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn';
}

export interface Connection {
  client: ApiClient;
  /** The token of the moment, for a socket's handshake. */
  token: () => Promise<string>;
}

/**
 * Finds out which API is meant and who asks: `GATHERING_URL` with `GATHERING_TOKEN`, then what `gathering login` kept, then what
 * `npm start` on this machine left in its home folder.
 * @param url the one that was asked for by name
 * @throws NotSignedIn, UsageError for a wrong address
 */
export async function connect(url: string | undefined, environment = process.env): Promise<Connection> {
  const { home, API_PORT } = loadConfig(environment, ROOT);
  const address = url ?? environment['GATHERING_URL'];
  const wanted = address ? parseAddress(address).origin : undefined;
  const token = environment['GATHERING_TOKEN'];
  if (token) return tokenConnection(wanted ?? `http://127.0.0.1:${API_PORT}`, token);
  for (const file of [loginFile(environment), localFile(home)]) {
    const signIn = await readSignIn(file);
    if (signIn !== null && (wanted === undefined || wanted === new URL(signIn.url).origin)) {
      return sessionConnection(file, signIn);
    }
  }
  throw new NotSignedIn(
    wanted === undefined
      ? 'You are not signed in, and GatheRing does not seem to have been started here. Start it with `npm start`, or sign in to ' +
          'another one with `gathering login --url <address>`.'
      : `You are not signed in at ${wanted}. Sign in with \`gathering login --url ${wanted}\`.`,
  );
}

function tokenConnection(url: string, token: string): Connection {
  return {
    client: createApiClient({ url, token: () => Promise.resolve(token) }),
    token: () => Promise.resolve(token),
  };
}

function sessionConnection(file: string, first: SignIn): Connection {
  let signIn = first;
  let renewing: Promise<string> | undefined;
  const token = (): Promise<string> => {
    if (Date.parse(signIn.expiresAt) - Date.now() > SPARE_MS) return Promise.resolve(signIn.accessToken);
    renewing ??= renew(file, signIn)
      .then((renewed) => {
        signIn = renewed;
        return renewed.accessToken;
      })
      .finally(() => (renewing = undefined));
    return renewing;
  };
  return { client: createApiClient({ url: signIn.url, token }), token };
}

/** Another command may have renewed it meanwhile: then what that one kept is good. */
async function renew(file: string, signIn: SignIn): Promise<SignIn> {
  const kept = await readSignIn(file);
  if (kept !== null && Date.parse(kept.expiresAt) - Date.now() > SPARE_MS) return kept;
  try {
    const session = await createApiClient({ url: signIn.url }).request({
      method: 'POST',
      path: '/auth/refresh',
      schema: Session,
      body: { refreshToken: (kept ?? signIn).refreshToken },
    });
    const renewed = signInOf(signIn.url, session);
    await writeSignIn(file, renewed);
    return renewed;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    throw new NotSignedIn(
      `Your sign-in at ${signIn.url} has ended. Sign in again with \`gathering login --url ${signIn.url}\`` +
        `, or start GatheRing again where it runs.`,
      { cause: error },
    );
  }
}
