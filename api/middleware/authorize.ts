import type { Request, Response } from 'express';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Permission } from '../../contracts/policy.ts';
import { isAllowed } from '../../contracts/policy.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Principal } from '../auth/principals.ts';

/** Says who asks, if the policy table lets them. @throws GatheringFailure NotAuthenticated, Forbidden */
export async function authorize(
  request: Request,
  response: Response,
  authenticate: Authenticate,
  permission: Permission,
): Promise<Principal> {
  const principal = await authenticate(request, response);
  requirePermission(principal, permission);
  return principal;
}

/** @throws GatheringFailure Forbidden */
export function requirePermission({ user }: Principal, permission: Permission): void {
  if (isAllowed(user.role, permission)) return;
  throw new GatheringFailure(
    'Forbidden',
    `The role ${user.role} does not include the permission ${permission}.`,
  );
}
