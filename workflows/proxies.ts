import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.ts';

/**
 * The engine tries again without end, since what it sees are the deaths of workers and outages of the database; how often an
 * effect may fail is counted and decided by its activity, which then fails for good.
 */
const common = {
  // A dead worker is noticed in seconds, whatever the start-to-close timeout.
  heartbeatTimeout: '3 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
} as const;

/** Bookkeeping and evaluation: limited by themselves, far below this. */
export const quick = proxyActivities<Activities>({ ...common, startToCloseTimeout: '2 minutes' });

/** Model calls; callers give the node's own timeout. */
export const model = proxyActivities<Activities>({ ...common, startToCloseTimeout: '10 minutes' });

/** Tools and actions; callers give the node's own timeout where it has one. */
export const tool = proxyActivities<Activities>({ ...common, startToCloseTimeout: '2 minutes' });

/** What a start-to-close timeout adds to a node's own, so that the activity ends its attempt itself and counts it. */
export const GRACE_MS = 10_000;
