import {
  BackendTerminatedError,
  BackendTerminatedUnexpectedlyError,
  ConnectionError,
  IdleTransactionTimeoutError,
  StatementCancelledError,
  StatementTimeoutError,
  UniqueIntegrityConstraintViolationError,
} from 'slonik';

import { GatheringFailure } from '../contracts/failure.ts';

const outages = [
  BackendTerminatedError,
  BackendTerminatedUnexpectedlyError,
  ConnectionError,
  IdleTransactionTimeoutError,
  StatementCancelledError,
  StatementTimeoutError,
];
/** Postgres' classes: connection exception, insufficient resources, operator intervention; and the network's own words. */
const OUTAGE_CODE = /^(?:08|53|57)|^E(?:CONN|PIPE|TIMEDOUT|HOST|NET|AI_)/;

/** Whether the database was out of reach, as opposed to having refused what it was asked. */
export function isOutage(error: unknown): boolean {
  if (outages.some((kind) => error instanceof kind)) return true;
  if (!(error instanceof Error)) return false;
  return 'code' in error && typeof error.code === 'string' && OUTAGE_CODE.test(error.code);
}

/** The failure that an error of the database means to others; undefined for one that is a bug. */
export function storeFailureOf(error: unknown): GatheringFailure | undefined {
  if (error instanceof GatheringFailure) return error;
  if (isOutage(error))
    return new GatheringFailure('Unavailable', 'The database cannot be reached at the moment.', {
      cause: error,
    });
  return undefined;
}

/** Whether an insert met a row that has the same unique value already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof UniqueIntegrityConstraintViolationError;
