import type { Worker } from '@temporalio/worker';

export interface RunningWorker {
  worker: Worker;
  running: Promise<void>;
}

/** Stops a worker that may have stopped by itself; resolves once it has. */
export async function stopped({ worker, running }: RunningWorker): Promise<void> {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  await running;
}
