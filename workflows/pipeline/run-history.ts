import { workflowInfo } from '@temporalio/workflow';

import type { PipelineRun } from './run-state.ts';

/** Whether it is time to continue as new: the server says so, or the history has the length that the run was started with. */
export function isHistoryLong({ input }: PipelineRun): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > (input.continueAfterEvents ?? Number.POSITIVE_INFINITY);
}
