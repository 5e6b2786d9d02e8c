import { createHash } from 'node:crypto';

import type { Request } from 'express';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { IdempotencyClaim } from '../../store/idempotency.ts';
import type { Principal } from '../auth/principals.ts';

const HEADER = 'Idempotency-Key';
const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/**
 * What makes a request the same as another one: caller, address, key; the parsed body tells whether the key is misused.
 * @throws GatheringFailure InvalidInput for a key that is no key
 */
export function idempotencyClaimOf(
  request: Request,
  { user }: Principal,
  { body, status }: { body: unknown; status: number },
): IdempotencyClaim | undefined {
  const key = request.get(HEADER);
  if (key === undefined) return undefined;
  if (!PRINTABLE.test(key)) {
    const problems = [{ path: HEADER, message: 'must be 1–255 printable characters' }];
    throw new GatheringFailure('InvalidInput', `The ${HEADER} is not valid.`, { problems });
  }
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest('base64url');
  return {
    principal: user.id,
    route: `${request.method} ${request.baseUrl}${request.path}`,
    key,
    bodyHash,
    status,
  };
}
