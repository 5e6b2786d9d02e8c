import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { aSession, AT, later } from '../../testing/builders.ts';
import { type FakeCall, fakeFetch, type FakeRoutes, problem } from '../../testing/fake-api.ts';
import { memoryStorage } from '../../testing/memory-storage.ts';
import { createApi } from './api-client.ts';
import { ApiFailure, UnexpectedAnswer, Unreachable } from './failure.ts';
import { createSessionStore } from './session.ts';

const Thing = z.object({ name: z.string() });

function setUp(
  routes: FakeRoutes,
  { signedIn = true, at = AT, fetch: own }: { signedIn?: boolean; at?: string; fetch?: typeof fetch } = {},
) {
  const { fetch, calls } = fakeFetch(routes);
  const session = createSessionStore(memoryStorage());
  if (signedIn) session.getState().signIn(aSession());
  const api = createApi({
    session,
    fetch: own ?? fetch,
    now: () => Date.parse(at),
    exclusively: (work) => work(),
    reread: () => session.getState().session,
  });
  return { api, calls, session };
}

const tokenOf = (call: FakeCall | undefined) => call?.headers['authorization'];
const renewed = { body: aSession({ accessToken: 'access-2', expiresAt: later(1800) }) };

describe('the API client', () => {
  it('sends the token and gives the parsed answer', async () => {
    const { api, calls } = setUp({ 'GET /things': { body: { name: 'tea', extra: 1 } } });
    await expect(api.get('/things', Thing, { query: { q: 'a b', none: undefined } })).resolves.toEqual({
      name: 'tea',
    });
    expect(tokenOf(calls[0])).toBe('Bearer access-1');
    expect(calls[0]?.query.toString()).toBe('q=a+b');
  });

  it('gives a problem document as a typed failure, with the time to wait', async () => {
    const refusal = { ...problem(429, 'A limit is reached'), headers: { 'retry-after': '7' } };
    const { api } = setUp({ 'GET /things': refusal });
    const failure = await api.get('/things', Thing).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiFailure);
    expect(failure).toMatchObject({
      status: 429,
      retryAfterSeconds: 7,
      message: 'A limit is reached, in detail',
    });
  });

  it('says so when the answer is not as agreed', async () => {
    const { api } = setUp({ 'GET /things': { body: { name: 3 } } });
    await expect(api.get('/things', Thing)).rejects.toThrow(UnexpectedAnswer);
  });

  it('says so when nobody answers', async () => {
    const { api } = setUp({}, { fetch: () => Promise.reject(new TypeError('failed to fetch')) });
    await expect(api.get('/things', Thing)).rejects.toThrow(Unreachable);
  });

  it('sends the idempotency key and the version that a change is based on', async () => {
    const { api, calls } = setUp({ 'PUT /things/1': { body: { name: 'tea' } } });
    await api.put('/things/1', Thing, { body: {}, idempotencyKey: 'key', ifMatch: 4 });
    expect(calls[0]?.headers).toMatchObject({ 'idempotency-key': 'key', 'if-match': '"4"' });
  });

  it('renews a token that is about to expire, once for all calls that need it', async () => {
    const { api, calls } = setUp(
      { 'POST /auth/refresh': renewed, 'GET /things': { body: { name: 'tea' } } },
      { at: later(890) },
    );
    await Promise.all([api.get('/things', Thing), api.get('/things', Thing)]);
    expect(calls.map((call) => `${call.method} ${call.path}`)).toEqual([
      'POST /auth/refresh',
      'GET /things',
      'GET /things',
    ]);
    expect(calls.slice(1).map(tokenOf)).toEqual(['Bearer access-2', 'Bearer access-2']);
  });

  it('tries a refused call again with a renewed token', async () => {
    const { api } = setUp({
      'POST /auth/refresh': renewed,
      'GET /things': (call) =>
        tokenOf(call) === 'Bearer access-2' ? { body: { name: 'tea' } } : problem(401, 'Sign in first'),
    });
    await expect(api.get('/things', Thing)).resolves.toEqual({ name: 'tea' });
  });

  it('signs out when the session cannot be renewed', async () => {
    const { api, session } = setUp({
      'POST /auth/refresh': problem(401, 'Sign in first'),
      'GET /things': problem(401, 'Sign in first'),
    });
    await expect(api.get('/things', Thing)).rejects.toMatchObject({ status: 401 });
    expect(session.getState().session).toBeNull();
  });

  it('stays signed in when the server cannot renew the session just now', async () => {
    const { api, session } = setUp(
      { 'POST /auth/refresh': problem(503, 'Temporarily unavailable') },
      { at: later(890) },
    );
    await expect(api.get('/things', Thing)).rejects.toMatchObject({ status: 503 });
    expect(session.getState().session).not.toBeNull();
  });

  it('uses the session that another tab has renewed meanwhile', async () => {
    const { fetch, calls } = fakeFetch({ 'GET /things': { body: { name: 'tea' } } });
    const session = createSessionStore(memoryStorage());
    session.getState().signIn(aSession());
    const other = aSession({ accessToken: 'access-3', expiresAt: later(1800) });
    const api = createApi({
      session,
      fetch,
      now: () => Date.parse(later(890)),
      exclusively: (work) => work(),
      reread: () => other,
    });
    await api.get('/things', Thing);
    expect(calls.map((call) => [call.path, tokenOf(call)])).toEqual([['/things', 'Bearer access-3']]);
  });
});
