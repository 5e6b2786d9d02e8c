import { WorkflowNotFoundError } from '@temporalio/common';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import { isTerminal, RunStarted } from '../../contracts/run.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneRun = z.object({ id: z.string() });
const ENGINE_TIMEOUT_MS = 5_000;

export function runControlRoutes({ store, temporal, runStarter }: ApiDependencies): Route[] {
  const cancelWorkflow = async (runId: string): Promise<boolean> => {
    try {
      await temporal.client.withDeadline(Date.now() + ENGINE_TIMEOUT_MS, () =>
        temporal.client.workflow.getHandle(workflowIdOf.pipelineRun(runId)).cancel(),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw new GatheringFailure('Unavailable', 'The engine cannot be reached at the moment.', {
        cause: error,
      });
    }
  };

  return [
    route(
      {
        method: 'post',
        path: '/runs/:id/cancel',
        summary: 'Cancel a run; asking again changes nothing',
        permission: 'runs:cancel',
        params: OneRun,
        response: RunStarted,
        status: 202,
      },
      async ({ params: { id } }) => {
        const status = await store.runs.getRunStatus(id);
        if (isTerminal(status)) throw ended(status);
        if (!(await cancelWorkflow(id))) {
          // A run that is still queued has no workflow yet; one that is closing has none any more.
          const queued = await store.runStarts.findQueued(id);
          if (queued !== null && (await runStarter.start(queued))) await cancelWorkflow(id);
        }
        return {
          body: { id, status: await store.runs.getRunStatus(id), workflowId: workflowIdOf.pipelineRun(id) },
        };
      },
    ),
  ];
}

const ended = (status: string): GatheringFailure =>
  new GatheringFailure('Conflict', `The run has ended: it is ${status}.`);
