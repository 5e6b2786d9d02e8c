import { request } from 'node:http';

import type { Config } from './config.ts';

/** Places at which a test may kill the process. */
export type FailpointName =
  | 'effect.claiming'
  | 'effect.claimed'
  | 'effect.done'
  | 'effect.recording'
  | 'effect.recorded'
  | 'segment.told'
  | 'run.accepted'
  | 'run.starting'
  | 'signal.stored'
  | 'run.closing'
  | 'document.parsed'
  | 'batch.embedded'
  | 'batch.stored';

/** Passes a place; `key` says what is under way there. */
export type Failpoint = (name: FailpointName, key: string) => Promise<void>;

/**
 * Without `FAILPOINT_SOCKET` every place is passed at once. With it, a controller that listens on that Unix socket is asked
 * first: it answers, or kills this process and never does. A controller that is gone lets everything pass.
 */
export function createFailpoints({
  FAILPOINT_SOCKET: socketPath,
}: Pick<Config, 'FAILPOINT_SOCKET'>): Failpoint {
  if (socketPath === undefined) return () => Promise.resolve();
  return (name, key) =>
    new Promise((resolve) => {
      const path = `/?${new URLSearchParams({ name, key }).toString()}`;
      const asking = request({ socketPath, path }, (response) => {
        response.resume();
        response.on('close', resolve);
      });
      asking.on('error', () => resolve());
      asking.end();
    });
}
