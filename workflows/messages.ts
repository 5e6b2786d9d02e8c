/** Every message that workflows answer. The API imports these definitions and nothing else of this folder. */
import { defineQuery, defineSignal } from '@temporalio/workflow';

import type { ConversationProgress } from '../contracts/conversation-state.ts';
import type { PauseNotice, RunState } from '../contracts/plan.ts';

/** What a run is at right now, from the workflow's own memory. */
export const getRunStateQuery = defineQuery<RunState>('getRunState');

/** The run was paused, or goes on. Twice is as once, and an earlier one that comes later changes nothing. */
export const setPausedSignal = defineSignal<[PauseNotice]>('setPaused');

/** An approval has ended that a run waits for; `nodeKey` is `<path>/<iteration>`. Twice is as once: what counts is its row. */
export const approvalSettledSignal = defineSignal<[{ nodeKey: string }]>('approvalSettled');

/** To a child workflow: hand back what is left, its parent continues as new. */
export const drainSignal = defineSignal('drain');

/**
 * There is something new to read of a conversation: its state has at least this revision. Twice is as once, and a lower one that comes
 * later changes nothing.
 */
export const conversationChangedSignal = defineSignal<[{ revision: number }]>('conversationChanged');

/** What a conversation is at right now, from the workflow's own memory. */
export const getConversationStateQuery = defineQuery<ConversationProgress>('getConversationState');

/**
 * There is something new to read of the document, the space of embeddings or the conversation that a workflow works on: its row has at
 * least this revision. Twice is as once, and a lower one that comes later changes nothing.
 */
export const changedSignal = defineSignal<[{ revision: number }]>('changed');
