import type { z } from 'zod';

import { Problem } from '../../../contracts/problem.ts';
import { Session } from '../../../contracts/user.ts';
import { ApiFailure, UnexpectedAnswer, Unreachable } from './failure.ts';
import type { SessionStore } from './session.ts';

export interface Call {
  body?: unknown;
  /** In place of `body`: fields and files. */
  form?: FormData;
  query?: Record<string, string | number | undefined>;
  idempotencyKey?: string;
  /** The version that a change is based on; sent as `If-Match`. */
  ifMatch?: number;
  signal?: AbortSignal;
}

/** Calls below `/api`. Each answer is parsed by its contract; each error is `ApiFailure`, `Unreachable` or `UnexpectedAnswer`. */
export interface Api {
  get<T>(path: string, answer: z.ZodType<T>, call?: Call): Promise<T>;
  post<T>(path: string, answer: z.ZodType<T>, call?: Call): Promise<T>;
  put<T>(path: string, answer: z.ZodType<T>, call?: Call): Promise<T>;
  patch<T>(path: string, answer: z.ZodType<T>, call?: Call): Promise<T>;
  /** For calls that answer 204, and for those whose answer does not matter. */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, call?: Call): Promise<void>;
  /** The bytes of an answer that is not JSON, such as a file. */
  file(path: string, call?: Call): Promise<Blob>;
  /** A token that is valid for at least some seconds more; null when nobody is signed in. */
  accessToken(): Promise<string | null>;
}

interface Dependencies {
  session: SessionStore;
  fetch: typeof fetch;
  now: () => number;
  /** Lets one tab at a time refresh, since a refresh token may be good for one use. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Reads the session again: another tab may have refreshed it meanwhile. */
  reread: () => Session | null;
}

const REFRESH_AHEAD_MS = 30_000;

export function createApi({ session, fetch, now, exclusively, reread }: Dependencies): Api {
  let refreshing: Promise<Session | null> | undefined;

  const isFresh = (held: Session) => Date.parse(held.expiresAt) - now() > REFRESH_AHEAD_MS;

  const refresh = (stale: Session): Promise<Session | null> =>
    (refreshing ??= exclusively(async () => {
      const held = reread() ?? stale;
      if (held.accessToken !== stale.accessToken && isFresh(held)) {
        session.getState().signIn(held);
        return held;
      }
      const response = await exchange(
        'POST',
        '/auth/refresh',
        { body: { refreshToken: held.refreshToken } },
        null,
      );
      if (response.ok) {
        const renewed = await parseAnswer(response, Session);
        session.getState().signIn(renewed);
        return renewed;
      }
      const failure = await failureOf(response);
      if (failure.status !== 401) throw failure;
      session.getState().signOut();
      return null;
    }).finally(() => (refreshing = undefined)));

  const accessToken = async (): Promise<string | null> => {
    const held = session.getState().session;
    if (held === null) return null;
    if (isFresh(held)) return held.accessToken;
    return (await refresh(held))?.accessToken ?? null;
  };

  const exchange = async (
    method: string,
    path: string,
    call: Call,
    token: string | null,
  ): Promise<Response> => {
    try {
      return await fetch(`/api${path}${queryString(call.query)}`, {
        method,
        headers: headersOf(call, token),
        ...bodyOf(call),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
    } catch (error) {
      if (call.signal?.aborted === true) throw error;
      throw new Unreachable('no answer', { cause: error });
    }
  };

  const request = async (method: string, path: string, call: Call = {}): Promise<Response> => {
    let response = await exchange(method, path, call, await accessToken());
    const held = session.getState().session;
    if (response.status === 401 && held !== null) {
      const renewed = await refresh(held);
      if (renewed !== null) response = await exchange(method, path, call, renewed.accessToken);
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  };

  return {
    get: async (path, answer, call) => parseAnswer(await request('GET', path, call), answer),
    post: async (path, answer, call) => parseAnswer(await request('POST', path, call), answer),
    patch: async (path, answer, call) => parseAnswer(await request('PATCH', path, call), answer),
    put: async (path, answer, call) => parseAnswer(await request('PUT', path, call), answer),
    send: async (method, path, call) => {
      await request(method, path, call);
    },
    file: async (path, call) => {
      const response = await request('GET', path, call);
      try {
        return await response.blob();
      } catch (error) {
        throw new Unreachable('the answer was cut off', { cause: error });
      }
    },
    accessToken,
  };
}

function bodyOf({ body, form }: Call): Pick<RequestInit, 'body'> {
  if (form !== undefined) return { body: form };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function headersOf(call: Call, token: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
    ...(call.ifMatch === undefined ? {} : { 'if-match': `"${call.ifMatch}"` }),
  };
}

function queryString(query: Call['query'] = {}): string {
  const entries = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, String(value)]],
  );
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`;
}

async function parseAnswer<T>(response: Response, answer: z.ZodType<T>): Promise<T> {
  const parsed = answer.safeParse(await jsonOf(response));
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new UnexpectedAnswer(`${first?.path.join('.') ?? ''}: ${first?.message ?? 'not as agreed'}`);
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const parsed = Problem.safeParse(await jsonOf(response));
  const problem = parsed.success ? parsed.data : problemOf(response);
  return new ApiFailure(problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
}

/** Something before the API answered, a proxy for example. */
function problemOf(response: Response): Problem {
  return {
    type: 'about:blank',
    title: response.statusText === '' ? `The server answered ${response.status}` : response.statusText,
    status: response.status,
    detail: `The server answered ${response.status} without saying why.`,
    requestId: response.headers.get('x-request-id') ?? '',
    errors: [],
  };
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // The contract refuses it with better words.
    throw new Unreachable('the answer was cut off', { cause: error });
  }
}
