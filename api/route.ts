import type { Request, Response } from 'express';
import type { z } from 'zod';

import type { Permission } from '../contracts/policy.ts';
import type { IdempotencyClaim } from '../store/idempotency.ts';
import type { Expected } from '../store/version-check.ts';
import type { Authenticate } from './auth/authenticate.ts';
import type { Principal } from './auth/principals.ts';
import { authorize } from './middleware/authorize.ts';
import { closedSignal } from './middleware/closed-signal.ts';
import { idempotencyClaimOf } from './middleware/idempotency-key.ts';
import { expectedVersionOf } from './middleware/if-match.ts';
import type { RequestSchemas } from './middleware/parse-request.ts';
import { createRequestParser } from './middleware/parse-request.ts';
import { requestIdOf } from './middleware/request-id.ts';

/** What a route is; from it come its checks, its answer's form and its place in the OpenAPI document. */
export interface RouteSpec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends RequestSchemas<Params, Query, Body> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api`, in Express' notation. */
  path: string;
  summary: string;
  /** What a body is that the handler checks by itself. */
  documentedBody?: z.ZodType;
  /** The body of the answer; without it the answer is empty. */
  response?: Answer;
  /** What the answer is where it is no JSON. */
  produces?: string;
  /** 200 unless named; 204 where there is no response. */
  status?: 200 | 201 | 202 | 204;
  /** Takes an `Idempotency-Key`: the handler gets the `claim` and makes its thing once. */
  idempotent?: true;
  /** Demands `If-Match`: the handler gets the `expected` version. */
  conditional?: true;
}

/** Who may: a role with the permission, or anybody. A route that says neither does not compile. */
export type Access = { permission: Permission; public?: never } | { public: true; permission?: never };

export interface Call<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  requestId: string;
  request: Request;
  /** Aborts when the client has gone away before it was answered. */
  closed: () => AbortSignal;
  claim: IdempotencyClaim | undefined;
  expected: Expected;
}

export type Answer<Body> =
  | { body?: Body; headers?: Readonly<Record<string, string>>; replayed?: boolean }
  /** Writes the whole answer, for what is no JSON. */
  | { write: (response: Response) => void | Promise<void> };

type Handler<Context, Body> = (context: Context) => Answer<Body> | Promise<Answer<Body>>;

/** A declared route, ready to be mounted. */
export interface Route {
  spec: RouteSpec<z.ZodType, z.ZodType, z.ZodType, z.ZodType> & Access;
  serve: (request: Request, response: Response, authenticate: Authenticate) => Promise<void>;
}

/**
 * Declares a route: the one way to have one. A request goes through authentication, the policy table, the contracts (all culprits
 * at once), `Idempotency-Key` and `If-Match`, in this order, before the handler sees it.
 */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: RouteSpec<P, Q, B, A> & { permission: Permission; public?: never },
  handler: Handler<Call<z.output<P>, z.output<Q>, z.output<B>> & { caller: Principal }, z.input<A>>,
): Route;
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: RouteSpec<P, Q, B, A> & { public: true; permission?: never },
  handler: Handler<Call<z.output<P>, z.output<Q>, z.output<B>>, z.input<A>>,
): Route;
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: RouteSpec<P, Q, B, A> & Access,
  handler: Handler<Call<z.output<P>, z.output<Q>, z.output<B>> & { caller: Principal }, z.input<A>>,
): Route {
  const parse = createRequestParser(spec);
  const status = spec.status ?? (spec.response === undefined && spec.produces === undefined ? 204 : 200);

  return {
    spec,
    async serve(request, response, authenticate) {
      const caller =
        spec.permission === undefined
          ? NOBODY
          : await authorize(request, response, authenticate, spec.permission);
      const input = await parse(request, response);
      const answer = await handler({
        ...input,
        caller,
        request,
        closed: () => closedSignal(response),
        requestId: requestIdOf(response),
        claim: spec.idempotent
          ? idempotencyClaimOf(request, caller, { body: input.body, status })
          : undefined,
        expected: spec.conditional ? expectedVersionOf(request) : 'any',
      });
      if ('write' in answer) await answer.write(response);
      else send(response, status, answer);
    },
  };
}

/** The caller of a public route, whose handler's type does not see it. */
const NOBODY: Principal = {
  sessionId: '',
  user: { id: '', email: '', name: '', role: 'viewer', createdAt: '' },
};

function send(
  response: Response,
  status: number,
  answer: Exclude<Answer<unknown>, { write: unknown }>,
): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.replayed === true) response.setHeader('idempotency-replayed', 'true');
  if (status === 204) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer.body));
}
