import { GatheringFailure } from '../contracts/failure.ts';
import { nodePathOf } from '../contracts/place.ts';
import type { Failpoint } from '../platform/failpoint.ts';
import type { RunRecords } from '../store/run-records.ts';
import type { RunSteps } from '../store/run-steps.ts';
import { failedFact } from './engine/failed-fact.ts';
import type { Activities } from './index.ts';

export interface RunActivityDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'tellFacts' | 'closeRun'>;
  failpoint: Failpoint;
}

/** What is told of a run and its nodes where nothing else is done. */
export function createRunActivities({ records, steps, failpoint }: RunActivityDependencies) {
  const failNode = async ({
    runId,
    place,
    error,
    facts,
  }: Parameters<Activities['failNode']>[0]): Promise<void> => {
    const node = (await records.getRunRecord(runId)).nodes.get(nodePathOf(place));
    if (node === undefined) throw new TypeError(`the run has no node ${nodePathOf(place)}`);
    const failed = failedFact({ runId, place, kind: node.type }, node.onError, error);
    await steps.tellFacts(runId, [...facts, failed]);
  };

  const publishFacts = ({ runId, facts }: Parameters<Activities['publishFacts']>[0]): Promise<void> =>
    steps.tellFacts(runId, facts);

  const closeRun = async ({
    runId,
    facts,
    ...end
  }: Parameters<Activities['closeRun']>[0]): Promise<Awaited<ReturnType<Activities['closeRun']>>> => {
    await failpoint('run.closing', runId);
    const status = await steps.closeRun(runId, end, facts);
    if (status === 'queued' || status === 'running' || status === 'paused')
      throw new GatheringFailure('Conflict', `The run is ${status} after its end`);
    return { status };
  };

  return { failNode, publishFacts, closeRun };
}
