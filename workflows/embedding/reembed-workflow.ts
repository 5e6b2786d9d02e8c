/**
 * One space of embeddings. Started, and told of changes, by the API's signal-with-start: when a model is changed to, when that is paused, resumed
 * or canceled, when a space was switched to or retired, and when something was stored that the space has no vector of.
 * Ends when there is nothing to do: it lacks nothing, or rests. Waits for nothing but its activity. Continues as new when the server finds its
 * history long.
 */
import { continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';

import { changedSignal } from '../messages.ts';
import { model } from '../proxies.ts';

export async function reembedWorkflow(input: { spaceId: number }): Promise<{ status: string | null }> {
  let told = 0;
  setHandler(changedSignal, ({ revision }) => {
    told = Math.max(told, revision);
  });
  for (let step = 1; ; step++) {
    const { revision, status, more } = await model.tendSpace.executeWithOptions(
      { activityId: `tend/${step}`, summary: `space ${input.spaceId}` },
      [input],
    );
    // What was told while the activity ended may be newer than what it has read.
    if (!more && told <= revision) return { status };
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof reembedWorkflow>(input);
  }
}
