import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  type ChildWorkflowOptions,
  ParentClosePolicy,
  sleep,
  startChild,
  TemporalFailure,
  type WithWorkflowArgs,
  type Workflow,
  workflowInfo,
} from '@temporalio/workflow';

const AGAIN_AFTER = '1 second';

/**
 * Starts a child workflow of a run. After a reset, one of the execution before may still be about to end, under the same id: then it is
 * tried again.
 */
export async function startChildOnce<Type extends Workflow>(
  type: string,
  options: WithWorkflowArgs<Type, ChildWorkflowOptions>,
): Promise<ChildWorkflowHandle<Type>> {
  const { memo } = workflowInfo();
  for (;;) {
    try {
      return await startChild<Type>(type, {
        ...options,
        workflowTaskTimeout: '3 seconds',
        // Where nobody is left who would cancel it.
        parentClosePolicy: ParentClosePolicy.TERMINATE,
        ...(memo === undefined ? {} : { memo }),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep(AGAIN_AFTER);
    }
  }
}

/** What a child could not be told that has ended meanwhile. */
export function ignoreEnded(error: unknown): void {
  if (!(error instanceof TemporalFailure)) throw error;
}
