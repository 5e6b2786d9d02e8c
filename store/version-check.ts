import type { FragmentSqlToken } from 'slonik';

import { GatheringFailure } from '../contracts/failure.ts';
import { sql } from './pool.ts';

/** The version of a definition that a change is meant for; `any` for whichever there is. */
export type Expected = number | 'any';

/** A definition was changed by somebody else since the caller read it: a lost update that did not happen. */
export class VersionMismatch extends GatheringFailure {
  readonly current: number;

  constructor(current: number) {
    super('Conflict', `It was changed in the meantime: its version is ${current} now.`);
    this.current = current;
  }
}

/** The condition under which a change may happen. */
export const versionCheck = (column: 'version' | 'revision', expected: Expected): FragmentSqlToken =>
  expected === 'any' ? sql.fragment`true` : sql.fragment`${sql.identifier([column])} = ${expected}`;
