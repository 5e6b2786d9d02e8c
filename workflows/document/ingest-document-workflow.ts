/**
 * One document on its way into the knowledge base. Started, and told of everything that people decide about it, by the API's signal-with-start:
 * when it is uploaded, replaced, paused, resumed, canceled, tried again or deleted.
 * Ends when nothing is to be done: the document is completed, failed, canceled, deleted, or rests; whatever changes that starts it again.
 * Waits for nothing but its activities; what is told meanwhile ends the one that runs. Continues as new when the server finds its history long.
 */
import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import type { DocumentInput, DocumentState } from '../../contracts/document-state.ts';
import { changedSignal } from '../messages.ts';
import { model, quick } from '../proxies.ts';
import { nextStep } from './next-step.ts';

/** @throws CancelledFailure when it was canceled, which leaves the document as it is: its next wake-up goes on with it */
export async function ingestDocumentWorkflow(input: DocumentInput): Promise<Pick<DocumentState, 'status'>> {
  let told = 0;
  let state: DocumentState | undefined;
  let running: CancellationScope | undefined;
  setHandler(changedSignal, ({ revision }) => {
    told = Math.max(told, revision);
    if (revision > (state?.revision ?? 0)) running?.cancel();
  });

  for (let count = 1; ; count += 1) {
    const step = nextStep(state, told);
    if (step === 'end') return { status: state?.status ?? 'deleted' };
    const options = { activityId: `${step}/${count}`, summary: `${step} document` };
    if (step === 'read') {
      state = await quick.readDocument.executeWithOptions(options, [input]);
    } else {
      const work = step === 'parse' ? model.parseDocument : model.embedDocument;
      running = new CancellationScope();
      state = await running.run(() => work.executeWithOptions(options, [input])).catch(unlessTold);
      running = undefined;
    }
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof ingestDocumentWorkflow>(input);
  }
}

/** What was under way has been given up for something new: that is read next. */
function unlessTold(error: unknown): undefined {
  if (isCancellation(error) && !CancellationScope.current().consideredCancelled) return undefined;
  throw error;
}
