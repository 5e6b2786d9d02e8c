import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';

/** A client for tests, chaos and benchmarks: as thin as a black box's, so that it parses nothing. */
export interface ApiClient {
  readonly url: string;
  readonly token: string;
  /** @throws Error with the problem's text when the status is not 2xx */
  json<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  raw(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Opens a socket that is connected. */
  socket(): Promise<Socket>;
}

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' } as const;

/** Signs in; retries nothing. */
export async function signIn(
  url: string,
  credentials: { email: string; password: string } = ADMIN,
): Promise<ApiClient> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  if (!answer.ok) throw new Error(`sign-in: ${String(answer.status)} ${await answer.text()}`);
  const { accessToken } = (await answer.json()) as { accessToken: string }; // The API's contract.
  const raw: ApiClient['raw'] = (method, path, body, headers = {}) =>
    fetch(`${url}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url,
    token: accessToken,
    raw,
    json: async <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
      const response = await raw(method, path, body, headers);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T; // The caller names the contract's type.
    },
    socket: () => connect(url, accessToken),
  };
}

function connect(url: string, token: string): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
}
