/** What a test lets the API answer: by method and path, without `/api` and query. */
export type FakeRoutes = Record<string, FakeAnswer | ((call: FakeCall) => FakeAnswer)>;

export interface FakeAnswer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface FakeCall {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** Of JSON; of a form, its fields. */
  body: unknown;
}

/** A `fetch` that answers from a table and remembers what it was asked. A route that is missing answers 404. */
export function fakeFetch(routes: FakeRoutes): { fetch: typeof fetch; calls: FakeCall[] } {
  const calls: FakeCall[] = [];
  const answer = (input: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input, 'http://localhost');
    const path = url.pathname.replace(/^\/api/, '');
    const call: FakeCall = {
      method: init.method ?? 'GET',
      path,
      query: url.searchParams,
      headers: Object.fromEntries(new Headers(init.headers).entries()),
      body: bodyOf(init.body),
    };
    calls.push(call);
    const route = routes[`${call.method} ${path}`];
    if (route === undefined) return Promise.resolve(responseOf(problem(404, 'Not found')));
    return Promise.resolve(responseOf(typeof route === 'function' ? route(call) : route));
  };
  // The part of `fetch` that the dashboard uses; jsdom has neither `fetch` nor `Response`.
  return { fetch: answer as typeof fetch, calls };
}

function bodyOf(body: RequestInit['body']): unknown {
  if (typeof body === 'string') return JSON.parse(body);
  return body instanceof FormData ? Object.fromEntries(body.entries()) : undefined;
}

function responseOf({ status = 200, body, headers = {} }: FakeAnswer): Response {
  const response = {
    ok: status < 400,
    status,
    statusText: '',
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
    blob: () => Promise.resolve(new Blob([typeof body === 'string' ? body : JSON.stringify(body)])),
    json: () => (body === undefined ? Promise.reject(new SyntaxError('no body')) : Promise.resolve(body)),
  };
  return response as unknown as Response;
}

/** A problem document as the API answers it. */
export function problem(
  status: number,
  title: string,
  errors: readonly { path: string; message: string }[] = [],
): FakeAnswer {
  return {
    status,
    body: { type: 'about:blank', title, status, detail: `${title}, in detail`, requestId: 'req-1', errors },
  };
}
