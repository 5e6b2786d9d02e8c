import { GatheringFailure } from '../contracts/failure.ts';
import type { RestartedRuns } from '../contracts/restart.ts';
import { RESTARTED_STATUSES } from '../contracts/restart.ts';
import type { RunSummary } from '../contracts/run.ts';
import type { RunSearch } from '../contracts/run-search.ts';
import type { IdempotencyClaim } from '../store/idempotency.ts';
import type { ApiDependencies } from './dependencies.ts';
import type { ForkOfRun } from './fork-run.ts';
import { problemOfFailure } from './problem.ts';

export interface RestartRequest {
  filter: RunSearch;
  startedBy: string;
  requestId: string;
  claim: IdempotencyClaim | undefined;
}

/** So many a call at most. */
const MOST = 200;

/**
 * Makes what restarts runs: each is forked at the node that failed, or from its beginning where none did. Every run is restarted once,
 * whoever asks and how often; one that cannot be is answered with why.
 */
export function createRestartRuns(
  { store }: Pick<ApiDependencies, 'store'>,
  forkRun: ForkOfRun,
): (request: RestartRequest) => Promise<{ restarted: RestartedRuns; replayed: boolean }> {
  return async ({ filter, claim, ...by }) => {
    const taken = await store.idempotency.once(claim, (_, id) => Promise.resolve(id));
    if (taken.replayed)
      return {
        restarted: { items: await store.runForks.listRestarted(taken.id), more: false },
        replayed: true,
      };
    const { items, nextCursor } = await store.runs.listRuns({
      ...{ status: [...RESTARTED_STATUSES], ...filter, limit: MOST, notRestarted: true },
    });
    const restart = async (run: RunSummary): Promise<RestartedRuns['items'][number]> => {
      try {
        const { run: started } = await forkRun({
          ...{ source: run.id, fromNode: run.error?.nodeId ?? null, restartId: taken.id },
          ...{ trigger: 'restart', ...by, claim: undefined },
        });
        return { runId: run.id, newRunId: started.id };
      } catch (error) {
        if (!(error instanceof GatheringFailure) || error.retryable) throw error;
        return { runId: run.id, problem: problemOfFailure(error) };
      }
    };
    const restarted: RestartedRuns['items'] = [];
    for (const run of items) restarted.push(await restart(run));
    return { restarted: { items: restarted, more: nextCursor !== null }, replayed: false };
  };
}
