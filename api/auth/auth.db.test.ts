import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';

import { Session } from '../../contracts/user.ts';
import { JWT_SECRET, PASSWORD, withApi } from '../../testing/api-server.ts';

const api = withApi();

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${api.url}/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const me = (token: string): Promise<Response> =>
  fetch(`${api.url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } });
const login = async (email = 'viewer@example.com'): Promise<Session> =>
  Session.parse(await (await post('/auth/login', { email, password: PASSWORD })).json());

describe('signing in', () => {
  it('gives tokens for the right password, whatever the case of the email', async () => {
    const session = await login('Viewer@Example.com');
    expect(session.user).toMatchObject({ email: 'viewer@example.com', role: 'viewer' });
    expect(Date.parse(session.expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(await (await me(session.accessToken)).json()).toEqual(session.user);
  });

  it('answers a wrong password and an unknown email alike, in words and in time', async () => {
    const timed = async (email: string): Promise<[number, unknown, number]> => {
      const start = performance.now();
      const response = await post('/auth/login', { email, password: 'not the password' });
      const { detail } = (await response.json()) as { detail: string };
      return [response.status, detail, performance.now() - start];
    };
    await timed('viewer@example.com');
    const [known, unknown] = [await timed('viewer@example.com'), await timed('nobody@example.com')];
    expect(known.slice(0, 2)).toEqual([401, 'Email or password is not right.']);
    expect(unknown.slice(0, 2)).toEqual(known.slice(0, 2));
    expect(unknown[2]).toBeGreaterThan(known[2] / 3);
  });

  it('takes a one-time link once', async () => {
    const user = await api.store.users.findUserByEmail('editor@example.com');
    const token = await api.store.signInLinks.issueSignInLink(user?.id ?? '');
    const first = await post('/auth/sign-in-link', { token });
    expect(Session.parse(await first.json()).user.email).toBe('editor@example.com');
    const second = await post('/auth/sign-in-link', { token });
    expect([second.status, await second.json()]).toMatchObject([
      401,
      { detail: expect.stringContaining('used before') },
    ]);
  });
});

describe('a session', () => {
  it('goes on with fresh tokens', async () => {
    const { refreshToken } = await login();
    const renewed = Session.parse(await (await post('/auth/refresh', { refreshToken })).json());
    expect((await me(renewed.accessToken)).status).toBe(200);
  });

  it('ends at once when it is signed out of, for all of its tokens', async () => {
    const { accessToken, refreshToken } = await login();
    const out = await post('/auth/logout', {}, { authorization: `Bearer ${accessToken}` });
    expect([out.status, await out.text()]).toEqual([204, '']);
    expect((await me(accessToken)).status).toBe(401);
    expect((await post('/auth/refresh', { refreshToken })).status).toBe(401);
  });

  it('ends with its user', async () => {
    const user = { email: 'gone@example.com', name: 'Gone', password: PASSWORD, role: 'viewer' };
    const { id } = await api.as.admin.json<{ id: string }>('POST', '/users', user);
    const { accessToken } = await login(user.email);
    expect((await me(accessToken)).status).toBe(200);
    expect((await api.as.admin.raw('DELETE', `/users/${id}`)).status).toBe(204);
    expect((await me(accessToken)).status).toBe(401);
  });
});

describe('a token is refused', () => {
  const claims = async (): Promise<{ sid: unknown; use: string }> => {
    const payload = jwt.decode((await login()).accessToken);
    return { sid: typeof payload === 'object' ? payload?.['sid'] : undefined, use: 'access' };
  };
  const common = {
    algorithm: 'HS256',
    issuer: 'gathering',
    audience: 'gathering-api',
    expiresIn: 60,
  } as const;

  it('when it is signed by somebody else, with another algorithm, or not at all', async () => {
    const payload = await claims();
    expect((await me(jwt.sign(payload, JWT_SECRET, common))).status).toBe(200);
    expect((await me(jwt.sign(payload, `${JWT_SECRET}x`, common))).status).toBe(401);
    expect((await me(jwt.sign(payload, JWT_SECRET, { ...common, algorithm: 'HS512' }))).status).toBe(401);
    expect((await me(jwt.sign(payload, '', { ...common, algorithm: 'none' }))).status).toBe(401);
  });

  it('when it has expired, is for somebody else, or is a refresh token', async () => {
    const payload = await claims();
    expect((await me(jwt.sign(payload, JWT_SECRET, { ...common, expiresIn: -1 }))).status).toBe(401);
    expect((await me(jwt.sign(payload, JWT_SECRET, { ...common, audience: 'else' }))).status).toBe(401);
    const { accessToken, refreshToken } = await login();
    expect((await me(refreshToken)).status).toBe(401);
    expect((await post('/auth/refresh', { refreshToken: accessToken })).status).toBe(401);
  });

  it('when it is none, with a challenge and a problem', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer x', 'Basic eDp5', `Bearer ${'x'.repeat(9000)}`]) {
      const response = await fetch(`${api.url}/api/auth/me`, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(await response.json()).toMatchObject({ status: 401, title: 'Sign in first', errors: [] });
    }
  });
});
