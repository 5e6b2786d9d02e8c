import type { Client } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';

import type { Id } from '../contracts/ids.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';

/** What the workflow of an accepted run is started with. */
export interface RunToStart {
  id: Id;
  requestId: string | null;
  workflowInput: PipelineRunInput;
}

/**
 * Starts the workflow of an accepted run. Safe to repeat: its id is made of the run's, so there is one workflow and never a second.
 * @throws when the engine cannot be reached within five seconds
 */
export type StartRunWorkflow = (run: RunToStart) => Promise<void>;

const TIMEOUT_MS = 5_000;
const [kind, pipeline, trigger] = [
  defineSearchAttributeKey('GatheringKind', 'KEYWORD'),
  defineSearchAttributeKey('GatheringPipeline', 'KEYWORD'),
  defineSearchAttributeKey('GatheringTrigger', 'KEYWORD'),
];

/** The one place where runs become workflows. */
export const createRunWorkflowStart =
  (client: Client, taskQueue: string): StartRunWorkflow =>
  ({ id, requestId, workflowInput }) =>
    client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      try {
        await client.workflow.start('pipelineWorkflow', {
          taskQueue,
          workflowId: workflowIdOf.pipelineRun(id),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
          args: [workflowInput],
          // A task that died with its worker is given to another one after so long; the default of 10 seconds is for slow workers.
          workflowTaskTimeout: '3 seconds',
          memo: { requestId },
          typedSearchAttributes: searchAttributesOf(workflowInput),
          staticSummary: `${workflowInput.pipelineName} v${workflowInput.pipelineVersion}`,
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    });

const searchAttributesOf = (input: PipelineRunInput): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: kind, value: 'pipeline-run' },
    { key: pipeline, value: input.pipelineName },
    { key: trigger, value: input.trigger },
  ]);
