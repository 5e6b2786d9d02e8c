import { existsSync } from 'node:fs';

import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';

import type { Activities } from '../activities/index.ts';
import { BUNDLE_FILE } from './bundle-file.ts';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: Activities;
  bundleFile?: string;
  /** Of workflows that a restart would have to replay; the SDK's own choice unless a test says otherwise. */
  maxCachedWorkflows?: number;
}

/** A worker of every workflow and activity, on the bundle that was built before. */
export function openWorker({
  bundleFile = BUNDLE_FILE,
  activities,
  ...options
}: WorkerOptions): Promise<Worker> {
  if (!existsSync(bundleFile))
    throw new Error(
      `${bundleFile} is missing: \`node worker/build-bundle.ts\` builds it, and so does \`npm start\``,
    );
  return Worker.create({
    ...options,
    activities: { ...activities },
    workflowBundle: { codePath: bundleFile },
    // After a worker's death its workflows wait so long for it; less makes a busy worker lose them.
    stickyQueueScheduleToStartTimeout: '1200 milliseconds',
    // A cancellation reaches an activity with the answer to a heartbeat.
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
    // What runs may end by itself; then it is told to give up, and another worker takes it over.
    shutdownGraceTime: '4 seconds',
    shutdownForceTime: '6 seconds',
  });
}
