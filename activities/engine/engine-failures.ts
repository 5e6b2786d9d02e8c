import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { type Failure, GatheringFailure } from '../../contracts/failure.ts';
import type { Logger } from '../../platform/logger.ts';

/** The engine takes no notice of what a superseded attempt says; one that it does listen to is tried again. */
export const superseded = (): ApplicationFailure =>
  ApplicationFailure.create({
    ...{ type: 'Superseded', message: 'A later attempt has taken over this effect' },
    category: ApplicationFailureCategory.BENIGN,
  });

export const failedForGood = ({ type, message }: Failure): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });

export const tryAgain = ({ type, message }: Failure, delayMs: number): ApplicationFailure =>
  ApplicationFailure.create({
    ...{ type, message, nonRetryable: false, category: ApplicationFailureCategory.BENIGN },
    nextRetryDelay: delayMs,
  });

/** An error that nobody foresaw counts as a failed attempt too: trying for ever would not help it. */
export function foreseen(error: unknown, key: string, logger: Logger): GatheringFailure {
  if (error instanceof GatheringFailure) return error;
  logger.error('an effect broke', { key, error });
  const message = error instanceof Error ? error.message : String(error);
  return new GatheringFailure('Unavailable', message, { cause: error });
}

/** It would be no other at the next attempt, and doing the effect again would not be right either. */
export function cannotBeKept(error: unknown, key: string, logger: Logger): GatheringFailure {
  logger.error('the result of an effect cannot be kept', { key, error });
  const message = error instanceof Error ? error.message : String(error);
  return new GatheringFailure('InvalidInput', `What it gave cannot be kept: ${message}`, { cause: error });
}
