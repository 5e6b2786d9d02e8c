import { WorkflowNotFoundError } from '@temporalio/common';
import { z } from 'zod';

import { workflowIdOf } from '../../contracts/place.ts';
import { ChangeRun, RunSummary } from '../../contracts/run.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneRun = z.object({ id: z.string() });
const ENGINE_TIMEOUT_MS = 5_000;

/** What is kept of runs, beside what happens in them. */
export function runRecordRoutes({ store, temporal, runFolders, logger }: ApiDependencies): Route[] {
  /** The workflow of a run that has ended has nothing left to do but to say so. */
  const endWorkflow = async (runId: string): Promise<void> => {
    try {
      await temporal.client.withDeadline(Date.now() + ENGINE_TIMEOUT_MS, () =>
        temporal.client.workflow.getHandle(workflowIdOf.pipelineRun(runId)).terminate('the run was deleted'),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError))
        logger.warn('the workflow of a deleted run could not be ended', { runId, error });
    }
  };

  return [
    route(
      {
        method: 'patch',
        path: '/runs/:id',
        summary: 'Change the tags of a run',
        permission: 'runs:update',
        params: OneRun,
        body: ChangeRun,
        response: RunSummary,
      },
      async ({ params, body }) => ({ body: await store.runs.tagRun(params.id, body.tags) }),
    ),
    route(
      {
        method: 'delete',
        path: '/runs/:id',
        summary: 'Delete a run that has ended, with its nodes, events and files',
        permission: 'runs:delete',
        params: OneRun,
      },
      async ({ params: { id } }) => {
        await store.runs.deleteRun(id);
        await Promise.all([runFolders.remove(id), endWorkflow(id)]);
        return {};
      },
    ),
  ];
}
