import { defineSearchAttributeKey } from '@temporalio/common';
import { condition, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import { MODE_ATTRIBUTE } from '../../contracts/conversation-state.ts';
import { conversationChangedSignal, drainSignal, getConversationStateQuery } from '../messages.ts';
import { quick } from '../proxies.ts';
import { showOnPage } from '../run-page.ts';
import { conversationDetailsOf } from './conversation-details.ts';
import type { LiveConversation } from './live-conversation.ts';

/** Takes what a conversation is told, and answers what it is asked, from its beginning. */
export function listenToPeople(live: LiveConversation): void {
  setHandler(conversationChangedSignal, ({ revision }) => live.hear(revision));
  setHandler(drainSignal, () => {
    live.handsBack = true;
    live.draining = true;
  });
  setHandler(getConversationStateQuery, () => live.describe());
  showOnPage(() => conversationDetailsOf(live.describe(), Date.now()));
}

/**
 * Reads the state, which is then at least as new as all that was heard before.
 * @param key names this read, where another one may be under way
 */
export async function read(live: LiveConversation, key?: string): Promise<void> {
  const { heard } = live.describe();
  const state = await quick.readConversation.executeWithOptions(
    { activityId: `read/${key ?? heard}`, summary: heard === 0 ? 'where it stands' : 'what is new' },
    [{ conversationId: live.id }],
  );
  live.adoptRead(state, heard);
  showMode(live);
}

/** Does some work, during which what people change is read as it comes. */
export async function whileReading<Result>(
  live: LiveConversation,
  work: () => Promise<Result>,
): Promise<Result> {
  let isDone = false;
  const working = work().finally(() => (isDone = true));
  const reading = async (): Promise<void> => {
    for (;;) {
      await condition(() => isDone || live.isBehind);
      if (isDone) return;
      await read(live);
      live.draining ||= isHistoryLong(live);
    }
  };
  const [result] = await Promise.all([working, reading()]);
  return result;
}

/** Whether it is time to continue as new: the server says so, or the history has the length that was asked for. */
export function isHistoryLong({ input }: LiveConversation): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > (input.continueAfterEvents ?? Number.POSITIVE_INFINITY);
}

const mode = defineSearchAttributeKey(MODE_ATTRIBUTE, 'KEYWORD');

/** Operators find conversations by the mode that they are in now. */
function showMode({ state }: LiveConversation): void {
  if (workflowInfo().typedSearchAttributes.get(mode) !== state.mode)
    upsertSearchAttributes([{ key: mode, value: state.mode }]);
}
