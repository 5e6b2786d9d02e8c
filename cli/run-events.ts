import type { StoredEvent } from '../contracts/event.ts';
import { channelOf } from '../contracts/place.ts';
import { followChannel, type FollowOptions } from './follow-channel.ts';

const RUN_END = /^run\.(completed|failed|canceled|timed_out)$/;

interface FollowRunOptions extends Pick<FollowOptions, 'connection' | 'onConnection' | 'signal'> {
  runId: string;
  onEvent: (event: StoredEvent) => void;
}

/**
 * Calls back with each event of a run once, in order, from its first one, and resolves when the run has ended; the run goes on when
 * `signal` ends the following.
 * @throws ApiProblem when the API refuses, or `signal`'s reason
 */
export const followRun = ({ runId, onEvent, ...options }: FollowRunOptions): Promise<void> =>
  followChannel({
    ...options,
    channel: channelOf.run(runId),
    after: 0,
    onEvent(event) {
      onEvent(event);
      return RUN_END.test(event.type) ? 'enough' : undefined;
    },
  });
