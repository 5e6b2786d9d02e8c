import { z } from 'zod';

import { Problem } from '../contracts/problem.ts';

/** The API answered with a problem; the message is for the person at the terminal. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(wordsOf(status, problem));
    this.status = status;
    this.problem = problem;
  }
}

/** Nothing answers at the address. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';

  constructor(url: string, cause: unknown) {
    super(
      `Nothing answers at ${url}. Start GatheRing there with \`npm start\`, or name another address with --url.`,
      { cause },
    );
  }
}

/** Something answers that is not this API, or is another version of it. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(url: string, request: string, issues: string) {
    super(
      `What answers at ${url} is not GatheRing, or another version of it. To ${request} it said:\n${issues}`,
    );
  }
}

export interface ApiRequest<T> {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api`. */
  path: string;
  schema: z.ZodType<T>;
  body?: unknown;
  /** A body that is YAML, in place of `body`. */
  yaml?: string;
  /** A body with files, in place of `body`. */
  form?: FormData;
  /** What is asked for where it is no JSON: then the schema gets a text. */
  accept?: 'application/yaml';
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface ApiClient {
  readonly url: string;
  /** @throws ApiProblem, NotRunning, UnexpectedAnswer */
  request<T>(request: ApiRequest<T>): Promise<T>;
}

const REQUEST_LIMIT_MS = 60_000;

/** Speaks with one API; every answer is parsed by its contract. */
export function createApiClient(options: { url: string; token?: () => Promise<string> }): ApiClient {
  const url = options.url.replace(/\/+$/, '');
  return {
    url,
    async request({ method = 'GET', path, schema, body, yaml, form, accept, headers, signal }) {
      const token = await options.token?.();
      const limit = AbortSignal.timeout(REQUEST_LIMIT_MS);
      const response = await fetch(`${url}/api${path}`, {
        method,
        headers: {
          accept: accept === undefined ? 'application/json' : `${accept}, application/problem+json`,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(yaml === undefined ? {} : { 'content-type': 'application/yaml' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(yaml === undefined ? {} : { body: yaml }),
        ...(form === undefined ? {} : { body: form }),
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      }).catch((error: unknown) => {
        if (signal?.aborted === true) throw error;
        throw new NotRunning(url, error);
      });
      const text = await response.text();
      const isText = response.ok && accept !== undefined;
      const json: unknown = isText ? text : text === '' ? null : parseJson(text);
      if (!response.ok) throw new ApiProblem(response.status, Problem.safeParse(json).data ?? null);
      const parsed = schema.safeParse(json);
      if (parsed.success) return parsed.data;
      throw new UnexpectedAnswer(url, `${method} /api${path}`, z.prettifyError(parsed.error));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Some other program's answer; the schema refuses it.
    throw error;
  }
}

function wordsOf(status: number, problem: Problem | null): string {
  if (problem === null) return `The API answered with status ${status}.`;
  const errors = problem.errors.map(({ path, message, nodeId }) => {
    const place = [nodeId === undefined ? '' : `node ${nodeId}`, path]
      .filter((part) => part !== '')
      .join(' ');
    return `\n  ${place === '' ? '' : `${place}: `}${message}`;
  });
  return `${problem.detail === '' ? problem.title : problem.detail}${errors.join('')}`;
}
