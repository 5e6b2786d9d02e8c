import type { Request, Response } from 'express';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Principal, Principals } from './principals.ts';
import type { Tokens } from './tokens.ts';
import { claimsOf, TOKEN_OPTIONS } from './tokens.ts';

/** Says who sent a request. @throws GatheringFailure NotAuthenticated */
export type Authenticate = (request: Request, response: Response) => Promise<Principal>;

/** Takes `Authorization: Bearer <access token>`, signed by us with HS256. */
export function createAuthenticate(tokens: Tokens, principals: Principals): Authenticate {
  const { algorithm, issuer, audience } = TOKEN_OPTIONS;
  const key: unknown = tokens.key;
  const strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: key as Buffer, // Handed on to jsonwebtoken, which takes key objects; the types here do not know.
      algorithms: [algorithm],
      issuer,
      audience,
    },
    (payload: unknown, done) => {
      principalOf(payload).then(
        (principal) => done(null, principal ?? false),
        (error: unknown) => done(error, false),
      );
    },
  );
  const authenticator = new passport.Passport().use('jwt', strategy);

  async function principalOf(payload: unknown): Promise<Principal | null> {
    return principals.findPrincipal(claimsOf(payload, 'access').sid);
  }

  return (request, response) =>
    new Promise((resolve, reject) => {
      const answer = (error: unknown, principal: Principal | false | null | undefined): void => {
        if (principal !== false && principal !== null && principal !== undefined) resolve(principal);
        else reject(error instanceof Error ? error : notSignedIn(request));
      };
      const authenticate: unknown = authenticator.authenticate('jwt', { session: false }, answer);
      asHandler(authenticate)(request, response, (error) =>
        reject(error instanceof Error ? error : notSignedIn(request)),
      );
    });
}

type Handler = (request: Request, response: Response, next: (error?: unknown) => void) => void;

/** Passport types what it makes as `any`; it is a middleware. */
function asHandler(value: unknown): Handler {
  if (typeof value !== 'function') throw new TypeError('passport made no middleware');
  return value as Handler;
}

const notSignedIn = (request: Request): GatheringFailure =>
  new GatheringFailure(
    'NotAuthenticated',
    request.headers.authorization === undefined
      ? 'Send an access token: Authorization: Bearer <token>.'
      : 'The access token is not valid, or has expired.',
  );
