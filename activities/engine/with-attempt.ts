import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';

import { GatheringFailure } from '../../contracts/failure.ts';
import { type Logger, withLogContext } from '../../platform/logger.ts';
import type { ActivityAttempt } from './activity-attempt.ts';
import { engineDelayOf } from './retry-policy.ts';

/** Often enough that a cancellation is seen within a second, and a dead worker within three. */
const HEARTBEAT_EVERY_MS = 700;

/** What an activity is about, as it is named on every line of its log. */
type Subject = { runId: string } | { conversationId: string } | { documentId: string } | { spaceId: number };

function subjectOf(input: Subject): Record<string, string> {
  if ('runId' in input) return { runId: input.runId };
  if ('conversationId' in input) return { conversationId: input.conversationId };
  return 'documentId' in input ? { documentId: input.documentId } : { spaceId: String(input.spaceId) };
}

/**
 * Makes an activity of a function: it heartbeats while that works, aborts its signal when it is given up, and says failures in
 * the engine's words. A `GatheringFailure` ends the activity or not by its type; anything else is tried again.
 */
export function withAttempt<Input extends Subject, Result>(
  work: (input: Input, attempt: ActivityAttempt) => Promise<Result>,
  logger: Logger,
): (input: Input) => Promise<Result> {
  return async (input) => {
    const context = Context.current();
    const { info, cancellationSignal: signal } = context;
    const { workflowId = '', runId: engineRunId = '' } = info.workflowExecution ?? {};
    const scheduledAt = new Date(info.scheduledTimestampMs).toISOString();
    const heartbeat = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
    return withLogContext({ ...subjectOf(input), workflowId }, async () => {
      try {
        return await work(input, { workflowId, engineRunId, attempt: info.attempt, scheduledAt, signal });
      } catch (error) {
        // Given up: whatever went wrong then did so because of that.
        if (signal.aborted) throw signal.reason;
        throw engineFailureOf(error, `${info.activityType} ${info.activityId}`, logger);
      } finally {
        clearInterval(heartbeat);
      }
    });
  };
}

function engineFailureOf(error: unknown, activity: string, logger: Logger): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof GatheringFailure) {
    return ApplicationFailure.create({
      ...{ type: error.type, message: error.message, nonRetryable: !error.retryable },
      ...{ category: ApplicationFailureCategory.BENIGN, cause: error },
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: engineDelayOf(error.retryAfterMs) }),
    });
  }
  logger.error(`${activity} broke and is tried again`, { error });
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({
    type: 'Unavailable',
    message,
    category: ApplicationFailureCategory.BENIGN,
  });
}
