import type { Request } from 'express';

import type { Expected } from '../../store/version-check.ts';
import { ProtocolProblem } from '../problem.ts';

/** An entity tag is the version in quotes. */
export const etagOf = (version: number): string => `"${version}"`;

const NO_VERSION = -1;

/**
 * The version that a change is meant for, from `If-Match`; a tag that we never gave is a version that there never was.
 * @throws ProtocolProblem when there is none
 */
export function expectedVersionOf(request: Request): Expected {
  const tag = request.get('if-match')?.trim();
  if (tag === undefined || tag === '') {
    throw new ProtocolProblem(
      'precondition-required',
      'Send If-Match with the ETag of what you read, or with *.',
    );
  }
  if (tag === '*') return 'any';
  const version = /^"(\d{1,9})"$/.exec(tag)?.[1];
  return version === undefined ? NO_VERSION : Number(version);
}
