import { Session } from '../../contracts/user.ts';
import type { ApiClient } from '../api-client.ts';
import { createApiClient } from '../api-client.ts';
import { localFile, signInOf, writeSignIn } from '../sign-in-file.ts';

/**
 * Signs the command line of this machine in, by a one-time token that this process has just made.
 * What is kept is an ordinary session in a file of the home that only its owner may read.
 * @returns a client for this process' own requests
 */
export async function signInLocally(options: {
  url: string;
  home: string;
  token: string;
}): Promise<ApiClient> {
  const session = await createApiClient({ url: options.url }).request({
    method: 'POST',
    path: '/auth/sign-in-link',
    schema: Session,
    body: { token: options.token },
  });
  await writeSignIn(localFile(options.home), signInOf(options.url, session));
  return createApiClient({ url: options.url, token: () => Promise.resolve(session.accessToken) });
}
