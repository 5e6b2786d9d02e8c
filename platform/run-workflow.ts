import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import type { Id } from '../contracts/ids.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';
import { searchAttributesOf } from './search-attributes.ts';

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
          memo: { requestId, pipelineId: workflowInput.pipelineId },
          typedSearchAttributes: searchAttributesOf(workflowInput),
          staticSummary: `${workflowInput.pipelineName} v${workflowInput.pipelineVersion}`,
          staticDetails: detailsOf(workflowInput),
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    });

/** What stays true of a run; how it stands is said by its workflow. */
function detailsOf({ runId, plan, trigger, parentRunId, tags = [] }: PipelineRunInput): string {
  const lines = [`Run \`${runId}\` of ${plan.nodes.length} nodes, trigger \`${trigger}\`.`];
  if (parentRunId !== undefined) lines.push(`It comes from run \`${parentRunId}\`.`);
  if (tags.length > 0) lines.push(`Tags: ${tags.join(', ')}`);
  return lines.join('\n\n');
}
