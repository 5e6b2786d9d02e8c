/**
 * Takes from one conversation what is worth remembering.
 * Started, and told whenever the conversation comes to rest or ends, by the API's signal-with-start out of `memory.wake_ups`.
 * Ends when there is nothing more to take; the next wake-up starts it again. Waits for nothing but its activity. Continues as new when the
 * server finds its history long.
 */
import { continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';

import { changedSignal } from '../messages.ts';
import { model } from '../proxies.ts';

export async function rememberWorkflow(input: { conversationId: string }): Promise<void> {
  let wanted = 0;
  setHandler(changedSignal, ({ revision }) => {
    wanted = Math.max(wanted, revision);
  });
  for (let piece = 0; ; piece++) {
    const heard = wanted;
    const { again } = await model.rememberConversation.executeWithOptions(
      { activityId: `remember/${piece}`, summary: `what was said until revision ${heard}` },
      [input],
    );
    if (!again && wanted === heard) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof rememberWorkflow>(input);
  }
}
