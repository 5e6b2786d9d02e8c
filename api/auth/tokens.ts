import { createSecretKey } from 'node:crypto';

import jwt from 'jsonwebtoken';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { Id } from '../../contracts/ids.ts';

/** What a token says; `use` keeps a refresh token from being taken for an access token. */
const Claims = z.object({ sid: Id, use: z.enum(['access', 'refresh']), exp: z.number().int() });
export type Claims = z.infer<typeof Claims>;

export const TOKEN_OPTIONS = { algorithm: 'HS256', issuer: 'gathering', audience: 'gathering-api' } as const;
const ACCESS_SECONDS = 30 * 60;
const REFRESH_SECONDS = 30 * 24 * 60 * 60;

export type Tokens = ReturnType<typeof createTokens>;

/** JSON Web Tokens (RFC 7519) that name a session; what that session may do is looked up, never read from a token. */
export function createTokens(secret: string) {
  // A text would be tried as a public key first, each time.
  const key = createSecretKey(Buffer.from(secret));
  const sign = (sessionId: Id, use: Claims['use'], seconds: number): string =>
    jwt.sign({ sid: sessionId, use }, key, { ...TOKEN_OPTIONS, expiresIn: seconds });

  return {
    key,
    signPair(sessionId: Id): { accessToken: string; refreshToken: string; expiresAt: string } {
      return {
        accessToken: sign(sessionId, 'access', ACCESS_SECONDS),
        refreshToken: sign(sessionId, 'refresh', REFRESH_SECONDS),
        expiresAt: new Date(Date.now() + ACCESS_SECONDS * 1_000).toISOString(),
      };
    },

    /** @throws GatheringFailure NotAuthenticated for a token that is not ours, has expired, or is for another use */
    verify(token: string, use: Claims['use']): Claims {
      const { algorithm, issuer, audience } = TOKEN_OPTIONS;
      try {
        return claimsOf(jwt.verify(token, key, { algorithms: [algorithm], issuer, audience }), use);
      } catch (error) {
        if (error instanceof jwt.JsonWebTokenError) throw badToken(error); // Expired ones are among these.
        throw error;
      }
    },
  };
}

/** @throws GatheringFailure NotAuthenticated for claims of another kind */
export function claimsOf(payload: unknown, use: Claims['use']): Claims {
  const claims = Claims.safeParse(payload);
  if (!claims.success || claims.data.use !== use) throw badToken(claims.error);
  return claims.data;
}

const badToken = (cause: unknown): GatheringFailure =>
  new GatheringFailure('NotAuthenticated', 'The token is not valid, or has expired.', { cause });
